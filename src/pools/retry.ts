/**
 * May a request that failed be asked of another member? Only when it cannot happen twice by that, or may.
 *
 * @module
 */

import { type ErrorCode, isActorError } from "../core/errors.ts";

/** What counts against a member: it was lost, too slow, had too much to do, or its other side failed. */
const FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ERR_CALL_TIMEOUT",
  "ERR_DISCONNECTED",
  "ERR_EXITED",
  "ERR_NOPROC",
  "ERR_OVERLOADED",
  "ERR_REMOTE",
]);

/** The request never got to a handler, by a mistake or a wish of its caller's: it says nothing about the member. */
const NEUTRAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ERR_ABORTED",
  "ERR_ASYNC_SCHEMA",
  "ERR_BAD_MESSAGE",
  "ERR_CALL_CYCLE",
  "ERR_DETACHED",
  "ERR_INVALID_OPTIONS",
  "ERR_WRONG_ACTOR",
]);

/** What a request's end says about its member. */
export type Verdict = "answered" | "failed" | "neutral";

/** By what a rejection of an ask says; what an actor gave to `fail` is an answer. */
export function isMemberFailure(error: unknown): boolean {
  return isActorError(error) && FAILURES.has(error.code);
}

/**
 * @param isFailure - what counts against a member; {@link isMemberFailure} when its user has no other opinion
 */
export function verdictOn(error: unknown, isFailure: (error: unknown) => boolean): Verdict {
  if (isActorError(error) && NEUTRAL.has(error.code)) return "neutral";
  return isFailure(error) ? "failed" : "answered";
}

/** What is known of a request that failed at one member. */
export interface FailedRequest {
  readonly error: unknown;
  readonly verdict: Verdict;
  /** Its caller says that it may happen twice. */
  readonly idempotent: boolean;
  /** The member takes no messages any more. */
  readonly isLost: boolean;
}

/**
 * `true` when another member may be asked.
 *
 * `handled: "no"` is believed of a member that is lost, since then this library says it; of one that lives, when it
 * speaks of what the member itself is there for (its connection, its room). An `ERR_EXITED` that a living member
 * hands on is about somebody else.
 */
export function mayAskAnother({ error, verdict, idempotent, isLost }: FailedRequest): boolean {
  if (verdict !== "failed") return false;
  if (idempotent) return true;
  if (!isActorError(error) || error.handled !== "no") return false;
  return isLost || (error.code !== "ERR_EXITED" && error.code !== "ERR_NOPROC");
}
