/**
 * One line for everything that can go wrong between a request and its answer. The words depend on the fault alone,
 * so the same fault reads the same in every run.
 *
 * @module
 */

import { STATUS_CODES } from "node:http";

/** Limits that a reason names. */
export interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** What was wrong, and whether asking again may help. */
export interface Fault {
  readonly reason: string;
  readonly again: boolean;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "host not found",
  EAI_AGAIN: "host not found",
  EHOSTUNREACH: "host not reachable",
  ENETUNREACH: "host not reachable",
  EACCES: "connection not permitted",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate of another host",
  CERT_HAS_EXPIRED: "certificate out of date",
};

/** The peer hung up, or never was there in time: it may have been busy, or restarting. */
const LOST = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_CLOSED",
  "UND_ERR_DESTROYED",
]);

const SLOW = new Set([
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ERR_CALL_TIMEOUT",
]);

/** A status that is no success, as `404 Not Found`. */
export function statusReason(status: number): string {
  const name = STATUS_CODES[status];
  return name === undefined ? `status ${status}` : `${status} ${name}`;
}

/**
 * Words for a fault of a socket, of TLS, of HTTP or of a deadline.
 *
 * @example
 * ```ts
 * const limits = { timeoutMs: 10_000, maxBytes: 1_000 };
 * faultOf(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), limits).reason; //=> "connection refused"
 * faultOf(new DOMException("late", "TimeoutError"), limits).reason; //=> "no answer within 10000 ms"
 * ```
 */
export function faultOf(error: unknown, limits: Limits): Fault {
  // A host with several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.length > 0) return faultOf(error.errors[0], limits);
  const { name, code, message } = error as { name?: string; code?: unknown; message?: string };
  const text = typeof code === "string" ? code : "";
  if (name === "TimeoutError" || SLOW.has(text)) return final(`no answer within ${limits.timeoutMs} ms`);
  if (LOST.has(text)) return { reason: "connection lost", again: true };
  if (text === "ERR_TOO_LARGE") return final(`larger than ${limits.maxBytes} bytes`);
  const known = REASONS[text];
  if (known !== undefined) return final(known);
  if (text.startsWith("HPE_") || text.startsWith("ERR_HTTP2")) return final("not an HTTP answer");
  if (/CERT|SELF_SIGNED|ISSUER/.test(text)) return final(`certificate not trusted (${text})`);
  return final(text === "" ? String(message).split("\n", 1)[0]! : `request failed (${text})`);
}

function final(reason: string): Fault {
  return { reason, again: false };
}
