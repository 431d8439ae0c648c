/**
 * Reasons and errors as the recordings of supervisors write them: a word, or a tagged tuple as an object.
 *
 * @module
 */

import { type ActorError, isActorError, type StartError } from "../../src/core/errors.ts";
import type { ExitReason } from "../../src/core/exit-reason.ts";
import { reasonOf } from "./reasons.ts";

/** A word, or `{ tag: … }`. */
export type Term = string | { readonly [tag: string]: unknown };

/** The reason that a term stands for. */
export function reasonOfTerm(term: Term): ExitReason {
  if (typeof term === "string") return reasonOf(term);
  if ("shutdown" in term) return { kind: "shutdown", detail: term["shutdown"] };
  if ("raise" in term) return { kind: "error", error: new Error(String(term["raise"])) };
  return { kind: "error", error: term };
}

/** The term of a reason. */
export function termOf(reason: ExitReason): Term {
  if (reason.kind === "shutdown" && reason.detail !== undefined)
    return { shutdown: termOfDetail(reason.detail) };
  return reason.kind === "error" ? termOfThrown(reason.error) : reason.kind;
}

/** A supervisor that could not start says which child it was, and why. */
function termOfDetail(detail: unknown): unknown {
  if (!isActorError(detail, "ERR_START_FAILED")) return detail;
  const id = /^child "([^"]*)"/.exec(detail.message)?.[1];
  return { failed_to_start_child: [id, termOf(detail.reason)] };
}

function termOfThrown(thrown: unknown): Term {
  if (typeof thrown === "symbol") return thrown.description ?? "";
  return thrown instanceof Error ? { raise: thrown.message } : (thrown as Term);
}

const CODES: Readonly<Record<string, Term>> = {
  ERR_IGNORED: { ok: "undefined" },
  ERR_NOPROC: { exit: "noproc" },
  ERR_MAX_CHILDREN: { error: "max_children" },
  ERR_CHILD_NOT_FOUND: { error: "not_found" },
  ERR_CHILD_RUNNING: { error: "running" },
  ERR_CHILD_RESTARTING: { error: "restarting" },
};

/** What a call to a supervisor answers in place of the error it rejected with. */
export function answerOfError(error: unknown): unknown {
  if (!isActorError(error)) return { error: String(error) };
  const { reason } = error as unknown as Partial<StartError>;
  if (isActorError(error, "ERR_EXITED")) return { exit: termOf(error.reason) };
  if (reason !== undefined) return { error: termOf(reason) };
  return CODES[error.code] ?? { error: (error as ActorError).code };
}
