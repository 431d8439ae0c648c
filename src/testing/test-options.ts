/**
 * The options of a test system, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import { type SystemOptions, systemOptions } from "../actors/system-options.ts";
import { checkOptions, count, onFirstUse } from "../core/options.ts";

/** How a test system is made. */
export interface TestSystemOptions extends SystemOptions {
  /** Whole number: chooses the order of turns, of timers due together, and random numbers. First come, first served when absent. */
  readonly seed?: number;
  /** Turns at one moment of the clock after which `settle` and `advance` give up; 100,000 when absent. */
  readonly maxSteps?: number;
}

const testSystemOptions = onFirstUse(() =>
  z.extend(systemOptions(), {
    seed: z.optional(count(0)),
    maxSteps: z.optional(count(1)),
  }),
);

/** @throws InvalidOptionsError with all faults at once */
export function checkTestSystemOptions(options: TestSystemOptions): void {
  checkOptions("testSystem", testSystemOptions, options);
}
