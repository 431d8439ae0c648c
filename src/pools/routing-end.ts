/**
 * Waiting until members have answered what they have: before one is taken out of use, or the whole pool.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { Kernel, Process } from "../actors/process.ts";
import { callerOf, unansweredOf } from "../actors/sending.ts";
import { ActorError } from "../core/errors.ts";

/**
 * Calls back once, when the calls that `members` have now are settled, those of others too; at once when there are
 * none. Calls that come later are not waited for.
 */
export function whenAnswered(members: readonly Process[], over: () => void): void {
  const calls = members.flatMap(unansweredOf);
  let left = calls.length;
  if (left === 0) return over();
  const settled = (): void => {
    left -= 1;
    if (left === 0) over();
  };
  for (const call of calls) call.whenSettled(settled);
}

/** What is waited for, and for how long. */
export interface Ending {
  readonly kernel: Kernel;
  /** For messages: `pool upstream in connections`. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Begins the wait. */
  readonly begin: (over: () => void) => void;
  /** Who is late: said in the error. */
  readonly late: () => readonly Process[];
  /** Runs when it is over, in time or not. */
  readonly end: () => void;
}

/**
 * Waits, for a limited time.
 *
 * @throws ActorError `ERR_STOP_TIMEOUT`, naming who had not answered
 */
export function endWithin({ kernel, what, timeoutMs, begin, late, end }: Ending): Promise<void> {
  const { scheduler } = kernel.runtime;
  // Plain code that waits keeps the host alive.
  const holds = callerOf(kernel) === undefined;
  if (holds) scheduler.hold();
  return new Promise((done, failed) => {
    let isOver = false;
    const settle = (settled: () => void): void => {
      if (isOver) return;
      isOver = true;
      kernel.deadlines.cancel(limit);
      if (holds) scheduler.release();
      end();
      settled();
    };
    const limit = new Deadline(() => {
      const names = late().map((process) => `${process.label} (${unansweredOf(process).length})`);
      const who = names.length === 0 ? "" : `: ${names.join(", ")}`;
      const text = `${what} gets no new requests, but had not answered all within ${timeoutMs} ms${who}`;
      settle(() => failed(new ActorError("ERR_STOP_TIMEOUT", "unknown", text)));
    });
    kernel.deadlines.arm(limit, timeoutMs);
    begin(() => settle(done));
  });
}
