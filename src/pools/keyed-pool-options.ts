/**
 * The options of a keyed pool, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import { callback, checkOptions, count, durationMs, onFirstUse } from "../core/options.ts";
import type { Key } from "../registry/key.ts";
import {
  type CheckoutPoolLimits,
  type CheckoutSettings,
  checkoutLimits,
  withDefaults,
} from "./checkout-options.ts";
import type { Resource } from "./resource.ts";

/** Checkout pools by key; the limits of a checkout pool hold for each. */
export interface KeyedPoolOptions<K extends Key, R> extends Omit<CheckoutPoolLimits, "minSize"> {
  /** Describes the resources of one key; called when its pool is made. */
  readonly resource: (key: K) => Resource<R>;
  /** Keys that have a pool at a time; 1,000 when absent. */
  readonly maxKeys?: number;
  /** Milliseconds after which a pool at rest is closed and forgotten; 60,000 when absent. */
  readonly retireAfterMs?: number;
}

/** What a keyed pool works with. */
export interface KeyedSettings<K extends Key, R> {
  readonly limits: CheckoutSettings;
  readonly resource: (key: K) => Resource<R>;
  readonly maxKeys: number;
  readonly retireAfterMs: number;
}

const keyedPool = onFirstUse(() => {
  const { minSize: _, ...eachKey } = checkoutLimits();
  return z.strictObject({
    ...eachKey,
    resource: callback(),
    maxKeys: z.optional(count(1)),
    retireAfterMs: z.optional(durationMs({ least: 1, unbounded: true })),
  });
});

/** @throws InvalidOptionsError with all faults at once */
export function keyedSettings<K extends Key, R>(given: KeyedPoolOptions<K, R>): KeyedSettings<K, R> {
  checkOptions("createKeyedPool", keyedPool as () => z.ZodMiniType<object>, given);
  const { resource, maxKeys = 1_000, retireAfterMs = 60_000, ...limits } = given;
  return { limits: withDefaults(limits), resource, maxKeys, retireAfterMs };
}
