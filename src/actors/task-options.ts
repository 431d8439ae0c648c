/**
 * The options of tasks, of waiting for many of them, and of streams.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, count, durationMs, ofType, oneOf, onFirstUse } from "../core/options.ts";

/** How a task is started. */
export interface TaskOptions {
  /** Whether task and owner share their fate; `true` for an owner that is a process, never for plain code. */
  readonly linked?: boolean;
}

/** How long to wait. */
export interface TaskWaitOptions {
  /** Milliseconds; 5,000 when absent, `Infinity` for no limit. */
  readonly timeoutMs?: number;
}

/** How long to wait for several tasks, and what becomes of those that are late. */
export interface YieldManyOptions extends TaskWaitOptions {
  /** So many outcomes are enough: answers as soon as they are there, and leaves the rest as they are. */
  readonly limit?: number;
  /** For those without outcome when the time is up: they go on, are {@link Task.ignore}d, or killed. `"nothing"` when absent. */
  readonly onTimeout?: "nothing" | "ignore" | "kill";
}

/** How a stream runs its tasks. */
export interface TaskStreamOptions {
  /** Tasks that were started and whose outcome has not been taken, at the most; 8 when absent. */
  readonly maxConcurrency?: number;
  /** Outcomes in the order of the items (`true`, when absent), or as they come. */
  readonly ordered?: boolean;
  /** Milliseconds that each task may take; 5,000 when absent, `Infinity` for no limit. */
  readonly timeoutMs?: number;
  /**
   * `"exit"` (when absent): a task that is late ends the whole stream, and `next()` rejects with
   * `ERR_TASK_TIMEOUT`. `"kill"`: it is killed, and its outcome says so.
   */
  readonly onTimeout?: "exit" | "kill";
  /** Puts the item beside the reason in the outcome of a task that failed. */
  readonly zipInputOnExit?: boolean;
  /** Whether the crash of a task ends an owner that does not trap; `true` for processes, never for plain code. */
  readonly linked?: boolean;
}

const timeoutMs = () => z.optional(durationMs({ unbounded: true }));
const flag = () => z.optional(ofType("boolean"));

const TASK = onFirstUse(() => z.strictObject({ linked: flag() }));
const WAIT = onFirstUse(() => z.strictObject({ timeoutMs: timeoutMs() }));
const YIELD_MANY = onFirstUse(() =>
  z.strictObject({
    timeoutMs: timeoutMs(),
    limit: z.optional(count(1)),
    onTimeout: z.optional(oneOf("nothing", "ignore", "kill")),
  }),
);
const STREAM = onFirstUse(() =>
  z.strictObject({
    maxConcurrency: z.optional(count(1)),
    ordered: flag(),
    timeoutMs: timeoutMs(),
    onTimeout: z.optional(oneOf("exit", "kill")),
    zipInputOnExit: flag(),
    linked: flag(),
  }),
);

/** @throws InvalidOptionsError with all faults at once; so do those below */
export function checkTaskOptions(options: TaskOptions): void {
  checkOptions("startTask", TASK, options);
}

/** @param what - who asks, for the message */
export function checkWaitOptions(what: string, options: TaskWaitOptions): void {
  checkOptions(what, WAIT, options);
}

export function checkYieldManyOptions(options: YieldManyOptions): void {
  checkOptions("yieldMany", YIELD_MANY, options);
}

export function checkStreamOptions(options: TaskStreamOptions): void {
  checkOptions("taskStream", STREAM, options);
}
