/**
 * Speaks HTTP/1.1 to any host: what the audit asks when HTTP/2 is not to be had. A faulty answer is a value, so a
 * client outlives every server.
 *
 * @module
 */

import { defineActor, reply } from "troupe";
import type { Membership } from "troupe/resources/http2";
import { Agent } from "undici";
import { exchange, type WebAnswer, type WebRequest } from "./exchange.ts";
import { type Fault, faultOf } from "./fault-reason.ts";

/** An answer, or why there is none. */
export type Asked =
  | { readonly ok: true; readonly answer: WebAnswer }
  | { readonly ok: false; readonly fault: Fault };

/** How a client is started. */
export interface HttpClientOptions {
  /** Where it registers: what a routing pool picks from. */
  readonly join: Membership;
  /** Sockets for one host. */
  readonly sockets: number;
  readonly connectTimeoutMs: number;
}

/** Keeps sockets open from one request to the next, and closes them when it ends. */
export const HttpClient = defineActor({
  name: "http-client",
  init: ({ join, sockets, connectTimeoutMs }: HttpClientOptions, self) => {
    const agent = new Agent({ connections: sockets, connect: { timeout: connectTimeoutMs } });
    self.own(agent, (held) => held.destroy());
    join.registry.register(join.key, self.pid, join.value);
    return agent;
  },
  calls: {
    // The promise is answered when it settles; the next request does not wait for it.
    request: (agent, request: WebRequest) => reply(ask(agent, request), agent),
  },
});

async function ask(agent: Agent, request: WebRequest): Promise<Asked> {
  try {
    return { ok: true, answer: await exchange(agent, request) };
  } catch (error) {
    return { ok: false, fault: faultOf(error, request) };
  }
}
