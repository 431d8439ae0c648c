/**
 * Asks for addresses over the routing pools, whatever becomes of single connections.
 *
 * @module
 */

import { type Callable, createRoutingPool, type DuplicateRegistry, isActorError, leastBusy } from "troupe";
import { Http2Connection } from "troupe/resources/http2";
import { decodeBody, REQUEST_HEADERS } from "./exchange.ts";
import { type Fault, faultOf, type Limits } from "./fault-reason.ts";
import { type Asked, HttpClient } from "./http-client.ts";
import { requestPathOf, type Scope } from "./scope.ts";

/** Under which key connections register: those into the input, and those to everywhere else. */
export type ConnectionKey = "inside" | "outside";

/** What the server of the input speaks. */
export type Protocol = "h2" | "http/1.1";

/** Asks for one address. Never rejects: what went wrong is an answer too. */
export type Ask = (method: "GET" | "HEAD", key: string, where: ConnectionKey) => Promise<Asked>;

/** Times that a request is sent over connections that then are killed on our side. Only a bound: a kill is no verdict. */
const MAX_KILLED = 100;

/** Makes the one way in which pages are asked for. */
export function createWeb(
  connections: DuplicateRegistry<ConnectionKey>,
  scope: Scope,
  protocol: Protocol,
  limits: Limits,
): Ask {
  // All members may be away at once, when they were killed; they are soon back.
  const options = { strategy: leastBusy(), waitMs: limits.timeoutMs };
  const multiplexed = createRoutingPool(connections, Http2Connection, "inside", options);
  const inside = createRoutingPool(connections, HttpClient, "inside", options);
  const outside = createRoutingPool(connections, HttpClient, "outside", options);
  return async (method, key, where) => {
    if (where === "outside") return await persist(() => askClient(outside, method, key, limits), limits);
    if (protocol === "http/1.1") return await persist(() => askClient(inside, method, key, limits), limits);
    return await persist(() => askHttp2(multiplexed, method, requestPathOf(scope, key), limits), limits);
  };
}

/** Sends a request again when its connection was killed under it, and turns what else went wrong into a fault. */
async function persist(ask: () => Promise<Asked>, limits: Limits): Promise<Asked> {
  for (let killed = 0; ; killed += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!wasKilled(error) || killed >= MAX_KILLED) return { ok: false, fault: faultOfCall(error, limits) };
    }
  }
}

/** Whether a call failed because somebody ended the process that was asked, not because of what was asked. */
export function wasKilled(error: unknown): boolean {
  if (isActorError(error, "ERR_NOPROC")) return true;
  return isActorError(error, "ERR_EXITED") && error.reason.kind !== "error";
}

async function askHttp2(
  pool: Callable<typeof Http2Connection>,
  method: "GET" | "HEAD",
  path: string,
  limits: Limits,
): Promise<Asked> {
  const { timeoutMs, maxBytes } = limits;
  const request = { method, path, headers: REQUEST_HEADERS, timeoutMs, maxBytes };
  const { status, headers, body } = await pool.call.request(request, callOptions(limits));
  return { ok: true, answer: { status, headers, body: await decodeBody(body, headers, maxBytes) } };
}

async function askClient(
  pool: Callable<typeof HttpClient>,
  method: "GET" | "HEAD",
  url: string,
  limits: Limits,
): Promise<Asked> {
  return await pool.call.request({ method, url, ...limits }, callOptions(limits));
}

/** The connection keeps the deadline of the exchange; the pool's is for a member to be found, too. */
function callOptions({ timeoutMs }: Limits) {
  return { timeoutMs: timeoutMs + 5_000, idempotent: true } as const;
}

/** What failed on our side of the wire. */
function faultOfCall(error: unknown, limits: Limits): Fault {
  if (isActorError(error, "ERR_CALL_TIMEOUT") || isActorError(error, "ERR_TOO_LARGE"))
    return faultOf(error, limits);
  if (isActorError(error, "ERR_BAD_MESSAGE")) return { reason: "not a valid address", again: false };
  if (isActorError(error, "ERR_NO_MEMBER")) return { reason: "no connection", again: false };
  if (isActorError(error)) return { reason: "connection lost", again: true };
  return faultOf(error, limits);
}
