/**
 * Asking a process about itself. What is asked takes its place in the mailbox, so that the answer shows
 * what every message before it has done, and runs between two messages; a suspended process answers
 * at once. No handler sees it, and it is no message to `idle`.
 *
 * @module
 */

import { ActorError } from "../core/errors.ts";
import type { Address } from "../core/pid.ts";
import { SYSTEM } from "./behaviour.ts";
import { checkWaitOptions } from "./deadlines.ts";
import type { DebugOptions } from "./debug-options.ts";
import type { SystemRequest } from "./handling.ts";
import { resolve } from "./links.ts";
import type { Process } from "./process.ts";
import {
  callerOf,
  DEFAULT_TIMEOUT_MS,
  detachedError,
  goneError,
  isDetached,
  PendingCall,
} from "./sending.ts";

/** Asks as a call does: with a deadline, an edge of waiting circles, and an answer for callers of the dying. */
export function askSystem(
  address: Address,
  request: SystemRequest,
  options: DebugOptions = {},
): Promise<unknown> {
  const process = resolve(address);
  const refusal = refusalOf(process, address);
  if (process === undefined || refusal !== undefined) return Promise.reject(refusal);
  const { kernel } = process;
  try {
    checkWaitOptions("debug", options);
  } catch (error) {
    return Promise.reject(error);
  }
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
  const caller = callerOf(kernel);
  const call = new PendingCall(process, caller, timeoutMs);
  const answer = kernel.runtime.scheduler.promise(call);
  if (signal !== undefined) call.abortWith(signal);
  if (!call.withdrawn) process.enqueueForSuspended(SYSTEM, request, call);
  return answer;
}

function refusalOf(process: Process | undefined, address: Address): ActorError | undefined {
  if (process === undefined) {
    return new ActorError("ERR_NOPROC", "no", `nobody has ${String(address)}: there is nobody to ask`);
  }
  if (process.status === "stopping" || process.status === "dead") return goneError(process);
  if (process.kernel.zombies > 0 && isDetached(process.kernel)) return detachedError(process);
  if (!process.behaviour.bare) return undefined;
  const text = `${process.label} is a process without callbacks: nothing of it answers between messages; trace it, or look at its status`;
  return new ActorError("ERR_UNSUPPORTED", "no", text);
}
