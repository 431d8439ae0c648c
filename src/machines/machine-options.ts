/**
 * What may be said of a machine that runs as a process.
 *
 * @module
 */

import * as z from "zod/mini";
import { callback, checkOptions, count, durationMs, onFirstUse } from "../core/options.ts";

const policy = () => z.strictObject({ maxRestarts: count(0), periodMs: durationMs() });

const schema = onFirstUse(() =>
  z.strictObject({
    name: z.optional(z.string()),
    mailbox: z.optional(z.any()),
    children: z.optional(z.record(z.string(), policy())),
    persist: z.optional(z.strictObject({ load: callback(), save: callback() })),
    inspect: z.optional(callback()),
    log: z.optional(callback()),
    redact: z.optional(callback()),
  }),
);

/** @throws InvalidOptionsError with all faults at once */
export function checkMachineOptions(options: unknown): void {
  checkOptions("fromMachine", schema, options);
}
