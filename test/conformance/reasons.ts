/**
 * Exit reasons as the recordings write them. An atom that is no reason of its own (`boom`) stands here for an
 * error whose value is a symbol, so that it is told from what was thrown.
 *
 * @module
 */

import { ActorError, isActorError } from "../../src/core/errors.ts";
import type { ExitReason } from "../../src/core/exit-reason.ts";

const WORDS = ["normal", "shutdown", "killed", "noproc"] as const;

/** What the recordings call failures of calls and starts. */
const CODES: Readonly<Record<string, string>> = {
  ERR_NOPROC: "noproc",
  ERR_CALL_TIMEOUT: "timeout",
  ERR_START_TIMEOUT: "timeout",
  ERR_NAME_TAKEN: "already_started",
};

/** A reason that a process ends with, or a link hands on. */
export function reasonOf(text: string): ExitReason {
  for (const kind of WORDS) if (text === kind) return { kind };
  const [, tag, rest] = /^(shutdown|error|throw):(.*)$/s.exec(text) ?? [];
  if (tag === "shutdown") return { kind: "shutdown", detail: rest };
  if (tag === "error") return { kind: "error", error: new Error(rest) };
  if (tag === "throw") return { kind: "error", error: rest };
  return { kind: "error", error: Symbol.for(text) };
}

/** A reason that an exit signal is sent with: only there is `kill` more than a word. */
export function signalOf(text: string): ExitReason | "kill" {
  return text === "kill" ? "kill" : reasonOf(text);
}

/** The recorded form of a reason. */
export function textOf(reason: ExitReason): string {
  if (reason.kind === "shutdown" && reason.detail !== undefined) return `shutdown:${String(reason.detail)}`;
  return reason.kind === "error" ? textOfThrown(reason.error) : reason.kind;
}

/** The recorded form of what ended a process. */
export function textOfThrown(thrown: unknown): string {
  if (typeof thrown === "symbol") return thrown.description ?? "";
  if (isActorError(thrown, "ERR_CALL_CYCLE")) return textOfFailure(thrown);
  if (thrown instanceof ActorError) return `call_exit:${textOfFailure(thrown)}`;
  return thrown instanceof Error ? `error:${thrown.message}` : `throw:${String(thrown)}`;
}

/** The recorded form of why a call, a start or a stop failed. */
export function textOfFailure(error: unknown): string {
  if (!(error instanceof ActorError)) return textOfThrown(error);
  const { reason } = error as { readonly reason?: ExitReason };
  if (reason !== undefined) return textOf(reason);
  if (isActorError(error, "ERR_CALL_CYCLE")) return error.circle.length <= 2 ? "calling_self" : "circle";
  return CODES[error.code] ?? error.code;
}
