/**
 * What a caller gets that a pool lends nothing to.
 *
 * @module
 */

import { ActorError } from "../core/errors.ts";
import type { Load } from "./admission.ts";

/** Of a pool that lends nothing any more. */
export function closedError(pool: string): ActorError {
  return new ActorError("ERR_POOL_CLOSED", "no", `pool "${pool}" is closed: nothing is lent any more`);
}

/** Of a pool whose process has ended. */
export function notRunningError(pool: string): ActorError {
  const text = `pool "${pool}" is not running any more; nothing was lent`;
  return new ActorError("ERR_NOT_RUNNING", "no", text);
}

/** Nobody else may wait. */
export function fullError(pool: string, { lent, waiting }: Load, maxWaiting: number): ActorError {
  const text = `pool "${pool}" is full: ${lent} lent, ${waiting} waiting (maxWaiting ${maxWaiting})`;
  return new ActorError("ERR_POOL_FULL", "no", text);
}

/** The line has been too slow for a whole interval. */
export function overloadedError(pool: string, waitedMs: number, targetMs: number): ActorError {
  const text = `pool "${pool}" is overloaded: after ${Math.round(waitedMs)} ms in line nothing was lent, and for a while nobody was served within ${targetMs} ms (queue.targetMs)`;
  return new ActorError("ERR_OVERLOADED", "no", text);
}

/** What a caller gets whose own signal aborted. */
export function abortedError(pool: string, signal: AbortSignal): ActorError {
  return new ActorError("ERR_ABORTED", "no", `the checkout from pool "${pool}" was aborted by its caller`, {
    cause: signal.reason,
  });
}

/** The one who asks has died already. */
export function detachedError(pool: string): ActorError {
  const text = `this handler's process has died: pool "${pool}" lends it nothing`;
  return new ActorError("ERR_DETACHED", "no", text);
}

/** The one who waited has died. */
export function deadWaiterError(pool: string): ActorError {
  return new ActorError("ERR_DETACHED", "no", `the process that waited for pool "${pool}" has died`);
}
