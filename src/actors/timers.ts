/**
 * Timers of a process: they send to its mailbox and die with its incarnation.
 *
 * @module
 */

import type { Timer } from "../core/clock.ts";
import type { TimerRef } from "./definition.ts";
import type { Process } from "./process.ts";
import { send } from "./sending.ts";

/** Sends once, after `delayMs` milliseconds. */
export function sendAfter(process: Process, delayMs: number, message: unknown): TimerRef {
  const timer = process.kernel.runtime.clock.setTimer(() => {
    process.ties?.timers?.delete(timer);
    send(process, message);
  }, delayMs);
  return keep(process, timer);
}

/** Sends every `intervalMs` milliseconds, counted from now; ticks that were missed are left out. */
export function sendEvery(process: Process, intervalMs: number, message: unknown): TimerRef {
  if (!(intervalMs > 0)) throw new RangeError(`every(${intervalMs}): an interval is more than 0 ms`);
  const { clock } = process.kernel.runtime;
  let dueAtMs = clock.now();
  let next: Timer;
  const arm = (): void => {
    const nowMs = clock.now();
    const missed = Math.max(0, Math.floor((nowMs - dueAtMs) / intervalMs));
    dueAtMs += intervalMs * (missed + 1);
    next = clock.setTimer(() => {
      send(process, message);
      arm();
    }, dueAtMs - nowMs);
  };
  arm();
  return keep(process, { cancel: () => next.cancel(), remainingMs: () => next.remainingMs() });
}

function keep(process: Process, timer: Timer): TimerRef {
  const timers = process.timers();
  if (process.status === "dead") timer.cancel();
  else timers.add(timer);
  const cancel = (): number | false => {
    if (!timers.delete(timer)) return false;
    timer.cancel();
    return timer.remainingMs();
  };
  return { cancel } as TimerRef;
}
