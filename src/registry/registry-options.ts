/**
 * The options of registries and their names.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, count, durationMs, ofType, oneOf, onFirstUse } from "../core/options.ts";

/** How a registry is made, besides its kind of keys. */
export interface RegistryOptions {
  /** Its id as a child, and for messages: `hits in names`; `"registry"` when absent. */
  readonly name?: string;
  /** How many different keys may be taken at a time; without limit when absent. Beyond it `register` throws `ERR_REGISTRY_FULL`. */
  readonly maxKeys?: number;
  /**
   * How many entries one process may have at a time, the same key counted once for each; without limit when
   * absent. Beyond it `register` throws `ERR_REGISTRY_FULL`.
   */
  readonly maxKeysPerOwner?: number;
  /**
   * What owners do when the registry's process dies: `"keep"` their claims (default), which show again
   * when it is back, or `"exit"` with it, as in Elixir.
   */
  readonly onDown?: "keep" | "exit";
  /** What `meta` answers from the start: values by name. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

const shared = () => ({
  name: z.optional(ofType("string")),
  maxKeys: z.optional(count(1)),
  maxKeysPerOwner: z.optional(count(1)),
  onDown: z.optional(oneOf("keep", "exit")),
  meta: z.optional(z.record(z.string(), z.any())),
});
const registryOptions = onFirstUse(() => z.strictObject({ keys: oneOf("unique", "duplicate"), ...shared() }));
const pubSubOptions = onFirstUse(() => z.strictObject(shared()));

const viaOptions = onFirstUse(() =>
  z.strictObject({
    value: z.optional(z.any()),
    waitMs: z.optional(durationMs({ unbounded: true })),
  }),
);

/** @throws InvalidOptionsError with all faults at once */
export function checkRegistryOptions(options: unknown): void {
  checkOptions("createRegistry", registryOptions, options);
}

/** @throws InvalidOptionsError with all faults at once */
export function checkPubSubOptions(options: unknown): void {
  checkOptions("createPubSub", pubSubOptions, options);
}

/** @throws InvalidOptionsError with all faults at once */
export function checkViaOptions(options: unknown): void {
  checkOptions("via", viaOptions, options);
}
