/**
 * The options of a sandbox, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import { callback, checkOptions, durationMs, onFirstUse } from "../core/options.ts";

/** What stands around all that one owner does. */
export interface SandboxOptions<R> {
  /** Before the first use: `(client) => client.query("begin")`. */
  readonly begin: (resource: R) => unknown;
  /** After the last one: `(client) => client.query("rollback")`. */
  readonly undo: (resource: R) => unknown;
  /** For messages; `"sandbox"` when absent. */
  readonly name?: string;
  /** Milliseconds an owner may keep its resource; then it is closed. 120,000 when absent. */
  readonly ownershipTimeoutMs?: number;
}

const sandboxOptions = onFirstUse(() =>
  z.strictObject({
    begin: callback(),
    undo: callback(),
    name: z.optional(z.string()),
    ownershipTimeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
  }),
);

/** @throws InvalidOptionsError with all faults at once */
export function checkSandboxOptions<R>(given: SandboxOptions<R>): Required<SandboxOptions<R>> {
  checkOptions("createSandbox", sandboxOptions as () => z.ZodMiniType<object>, given);
  return { name: "sandbox", ownershipTimeoutMs: 120_000, ...given };
}
