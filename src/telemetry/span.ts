/**
 * A stretch of work between two events.
 *
 * @module
 */

import type { Clock } from "../core/clock.ts";
import { isThenable } from "../core/thenable.ts";
import type { EventName, SpanStart, SystemEvents } from "./events.ts";

/** Where the events go. */
export interface SpanListeners {
  emit<E extends EventName>(event: E, payload: SystemEvents[E]): void;
}

/** Tells that `work` begins, does it, and tells what came of it and how long it took. */
export function runSpan<R>(
  listeners: SpanListeners,
  clock: Pick<Clock, "now">,
  what: Omit<SpanStart, "startedAtMs">,
  work: () => R,
): R {
  const start: SpanStart = Object.freeze({ ...what, startedAtMs: clock.now() });
  const took = () => ({ ...start, durationMs: clock.now() - start.startedAtMs });
  const failed = (error: unknown): never => {
    listeners.emit("span:failed", { ...took(), error });
    throw error;
  };
  const stopped = <T>(result: T): T => {
    listeners.emit("span:stopped", took());
    return result;
  };
  listeners.emit("span:started", start);
  let result: R;
  let isLater: boolean;
  try {
    result = work();
    // In here, since looking at a proxy may throw.
    isLater = isThenable(result);
  } catch (error) {
    return failed(error);
  }
  return isLater ? (Promise.resolve(result).then(stopped, failed) as R) : stopped(result);
}
