/**
 * Timers of a process: they send to its mailbox and die with its incarnation.
 *
 * @module
 */

import { type LongTimer, longTimer } from "../core/clock.ts";
import type { TimerRef } from "./definition.ts";
import type { Process } from "./process.ts";
import { send } from "./sending.ts";

/** Sends once, after `delayMs` milliseconds. */
export function sendAfter(process: Process, delayMs: number, message: unknown): TimerRef {
  const { clock } = process.kernel.runtime;
  const timers = process.timers();
  const timer = longTimer(
    clock,
    () => {
      timers.delete(timer);
      send(process, message);
    },
    delayMs,
  );
  if (process.status === "dead") timer.cancel();
  else timers.add(timer);
  return timerRef(() => {
    if (!timers.delete(timer)) return false;
    timer.cancel();
    return timer.remainingMs();
  });
}

/** Sends every `intervalMs` milliseconds, counted from now; ticks that were missed are left out. */
export function sendEvery(process: Process, intervalMs: number, message: unknown): TimerRef {
  if (!(intervalMs > 0)) throw new RangeError(`every(${intervalMs}): an interval is more than 0 ms`);
  const { clock } = process.kernel.runtime;
  const timers = process.timers();
  let dueAtMs = clock.now();
  let timer: LongTimer;
  const arm = (): void => {
    const nowMs = clock.now();
    const missed = Math.max(0, Math.floor((nowMs - dueAtMs) / intervalMs));
    dueAtMs += intervalMs * (missed + 1);
    timer = longTimer(
      clock,
      () => {
        send(process, message);
        arm();
      },
      dueAtMs - nowMs,
    );
  };
  const entry = { cancel: () => timer.cancel() };
  arm();
  if (process.status === "dead") entry.cancel();
  else timers.add(entry);
  return timerRef(() => {
    if (!timers.delete(entry)) return false;
    timer.cancel();
    return timer.remainingMs();
  });
}

function timerRef(cancel: () => number | false): TimerRef {
  return { cancel } as TimerRef;
}
