/**
 * Opens a site: follows the redirects of its first page, and finds out what its server speaks, before anything
 * else is started.
 *
 * @module
 */

import { once } from "node:events";
import { connect } from "node:tls";
import { Agent } from "undici";
import { exchange, headerOf, type WebAnswer } from "./exchange.ts";
import { faultOf, type Limits, statusReason } from "./fault-reason.ts";
import { MAX_REDIRECTS } from "./ledger-schema.ts";
import { formatOf } from "./media-type.ts";

/** A site that can be audited, or why it cannot. */
export type Site =
  | { readonly ok: true; readonly start: URL; readonly protocol: "h2" | "http/1.1" }
  | { readonly ok: false; readonly why: string };

/** Reads the first page of a site, and asks what its server speaks. */
export async function openSite(input: string, limits: Limits): Promise<Site> {
  const agent = new Agent({ connect: { timeout: limits.timeoutMs } });
  try {
    return await follow(new URL(input), agent, limits);
  } catch (error) {
    return { ok: false, why: faultOf(error, limits).reason };
  } finally {
    await agent.destroy();
  }
}

async function follow(start: URL, agent: Agent, limits: Limits): Promise<Site> {
  const passed = new Set<string>();
  let url = start;
  while (!passed.has(url.href)) {
    if (passed.size > MAX_REDIRECTS) return { ok: false, why: `redirects more than ${MAX_REDIRECTS} times` };
    passed.add(url.href);
    const answer = await exchange(agent, { url: url.href, method: "GET", ...limits });
    const { status } = answer;
    const location = headerOf(answer.headers, "location");
    if (status < 300 || status > 399 || location === "") return await judge(url, answer, limits);
    if (!URL.canParse(location, url.href))
      return { ok: false, why: "redirects to an address that is not valid" };
    url = new URL(location, url.href);
    if (!/^https?:$/.test(url.protocol)) return { ok: false, why: `redirects to ${url.protocol}` };
    url.hash = "";
  }
  return { ok: false, why: "redirects in a circle" };
}

async function judge(url: URL, { status, headers }: WebAnswer, limits: Limits): Promise<Site> {
  if (status < 200 || status > 299) return { ok: false, why: statusReason(status) };
  const type = headerOf(headers, "content-type");
  if (formatOf(type, url.pathname) === undefined) {
    return {
      ok: false,
      why: `${type === "" ? "an answer without a type" : type} is not an HTML or Markdown page`,
    };
  }
  return { ok: true, start: url, protocol: await protocolOf(url, limits) };
}

/** What a server picks when it may speak HTTP/2. In the clear it is always HTTP/1.1. */
async function protocolOf(url: URL, { timeoutMs }: Limits): Promise<"h2" | "http/1.1"> {
  if (url.protocol !== "https:") return "http/1.1";
  const { hostname, port } = url;
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({
    host,
    port: Number(port || 443),
    ALPNProtocols: ["h2", "http/1.1"],
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }), // an address is no name
  });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(timeoutMs) });
    return socket.alpnProtocol === "h2" ? "h2" : "http/1.1";
  } finally {
    socket.destroy();
  }
}
