/**
 * What a `Thread` is started from.
 *
 * @module
 */

import type { ResourceLimits } from "node:worker_threads";
import * as z from "zod/mini";
import { checkOptions, count, durationMs, onFirstUse } from "../../core/options.ts";
import type { Membership } from "../membership.ts";

/** Which module a `Thread` runs, and what it allows. */
export interface ThreadOptions {
  /** The worker's module, which calls `serve`: `new URL("./resize.worker.ts", import.meta.url)`. */
  readonly module: URL | string;
  /** Where to register while it can take jobs. */
  readonly join?: Membership;
  /** Cloned into the worker, as for `new Worker`. */
  readonly workerData?: unknown;
  /**
   * Node's own options for the worker; those of this process when absent. For a module in TypeScript on Node 20:
   * `["--import", …]` with the URL of a module that calls `register()` of `tsx/esm/api`, since tsx's own
   * `--import` reaches the main thread alone.
   */
  readonly execArgv?: readonly string[];
  /**
   * The worker's heap and stack, as for `new Worker`. A thread that runs out of it ends, and its callers hear; but
   * Node cannot contain every shape of allocation, and may end the whole process (exit code 134): what cannot be
   * trusted at all belongs into a process of its own.
   */
  readonly resourceLimits?: ResourceLimits;
  /** Milliseconds from the start to the module's `serve`; 10,000 when absent. */
  readonly startTimeoutMs?: number;
  /**
   * Milliseconds without any answer while jobs are waiting, after which the thread counts as stuck and the
   * actor crashes; 30,000 when absent, `Infinity` for never.
   */
  readonly stuckMs?: number;
  /** Jobs handed to the worker at once; more are refused with `ERR_OVERLOADED`. 1,000 when absent. */
  readonly maxJobs?: number;
  /**
   * Milliseconds that a job whose caller has given up (deadline, signal, death) may go on holding the thread; then
   * the worker is replaced, and goes on with what it had not begun. 1,000 when absent, `Infinity` for ever. A
   * handler that awaits holds nothing: its signal aborts, and the worker stays.
   */
  readonly abortGraceMs?: number;
  /** Jobs after which a worker is replaced, once it has answered them; no limit when absent. */
  readonly maxUses?: number;
  /** Bytes of heap in use after a job, garbage included, beyond which a worker is replaced as by `maxUses`. */
  readonly maxHeapBytes?: number;
}

/** The options with nothing left open that has a default. */
export type ThreadSettings = ThreadOptions &
  Required<Pick<ThreadOptions, "startTimeoutMs" | "stuckMs" | "maxJobs" | "abortGraceMs" | "maxUses">>;

const schema = onFirstUse(() =>
  z.strictObject({
    module: z.union([z.string(), z.instanceof(URL)]),
    join: z.optional(z.any()),
    workerData: z.optional(z.any()),
    execArgv: z.optional(z.array(z.string())),
    resourceLimits: z.optional(z.any()),
    startTimeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
    stuckMs: z.optional(durationMs({ least: 1, unbounded: true })),
    maxJobs: z.optional(count(1)),
    abortGraceMs: z.optional(durationMs({ unbounded: true })),
    maxUses: z.optional(count(1)),
    maxHeapBytes: z.optional(count(1)),
  }),
);

/**
 * Checks the options and fills in what is absent.
 *
 * @throws InvalidOptionsError
 */
export function threadSettings(given: ThreadOptions): ThreadSettings {
  checkOptions("Thread", schema, given);
  return {
    startTimeoutMs: 10_000,
    stuckMs: 30_000,
    maxJobs: 1_000,
    abortGraceMs: 1_000,
    maxUses: Number.POSITIVE_INFINITY,
    ...given,
  };
}
