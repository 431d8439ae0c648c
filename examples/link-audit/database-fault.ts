/**
 * Which faults of the database pass by themselves.
 *
 * @module
 */

import { isActorError } from "troupe";

/** A pool that has no client at hand, for now. */
const POOL_FAULTS = new Set([
  "ERR_CHECKOUT_TIMEOUT",
  "ERR_POOL_CLOSED",
  "ERR_POOL_FULL",
  "ERR_NOT_RUNNING",
  "ERR_NOPROC",
  "ERR_EXITED",
  "ERR_LEASE_ENDED",
]);

/** What the server says while it starts, stops, recovers or is crowded, and what two transactions do to each other. */
const PASSING_STATES = /^(?:08|57P|53|40)/;

/** What the operating system says when nobody listens, or somebody stopped. */
const SOCKET_FAULTS = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
]);

/**
 * Whether waiting helps: the server is down, or lost us, and may be back. A wrong password is not of that kind.
 *
 * @example
 * ```ts
 * isPassing(Object.assign(new Error("the database system is starting up"), { code: "57P03" })); //=> true
 * isPassing(Object.assign(new Error("password authentication failed"), { code: "28P01" })); //=> false
 * ```
 */
export function isPassing(error: unknown): boolean {
  if (isActorError(error)) {
    const { cause } = error;
    return POOL_FAULTS.has(error.code) && (cause === undefined || isActorError(cause) || isPassing(cause));
  }
  if (!(error instanceof Error)) return false;
  // A host with several addresses fails with one error for each.
  if (error instanceof AggregateError) return error.errors.every(isPassing);
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === "string") return SOCKET_FAULTS.has(code) || PASSING_STATES.test(code);
  // The driver has no code for a socket that went away under a statement.
  return /^(?:Connection terminated|Client (?:has encountered|was closed)|timeout expired)/.test(
    error.message,
  );
}

/** Milliseconds before the next try: from 50, doubling, up to a second. */
export function backoffMs(failures: number): number {
  return Math.min(1_000, 50 * 2 ** Math.min(failures, 10));
}

/** The innermost fault in one line: what the server or the operating system said, not who handed it on. */
export function faultText(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return faultText(error.errors[0]);
  if (isActorError(error) && error.cause !== undefined) return faultText(error.cause);
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;
}
