/**
 * The options of `peakEwma`, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, durationMs, onFirstUse } from "../../core/options.ts";

/** How long what was seen of a member counts. */
export interface PeakEwmaOptions {
  /** Milliseconds after which a time that was seen counts for a third; ≥ 1, 10,000 when absent. */
  readonly decayMs?: number;
  /** Milliseconds that a failed request counts as, when it took less: who fails fast is not fast. 1,000 when absent. */
  readonly failureMs?: number;
}

const options = onFirstUse(() =>
  z.strictObject({
    decayMs: z.optional(durationMs({ least: 1 })),
    failureMs: z.optional(durationMs()),
  }),
);

/** @throws InvalidOptionsError with all faults at once */
export function peakEwmaSettings(given: PeakEwmaOptions): Required<PeakEwmaOptions> {
  checkOptions("peakEwma", options as () => z.ZodMiniType<object>, given);
  return { decayMs: 10_000, failureMs: 1_000, ...given };
}
