/**
 * The options of a checkout pool, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import type { ChildSpec } from "../core/child-spec.ts";
import { callback, checkOptions, count, durationMs } from "../core/options.ts";
import type { OpeningBackoff } from "./opening-backoff.ts";
import type { Resource } from "./resource.ts";

/** What may be said of a pool, whatever it lends. */
export interface CheckoutPoolLimits {
  /** Resources that are kept once they are open; ≥ 1. They are opened when somebody needs one. */
  readonly size: number;
  /** Resources beyond `size` while there is demand, closed when nobody waits; 0 when absent. */
  readonly maxOverflow?: number;
  /** How many may wait when all are lent; more are refused with `ERR_POOL_FULL`. No limit when absent. */
  readonly maxWaiting?: number;
  /** For messages and events; `"pool"` when absent. */
  readonly name?: string;
  /** Which idle resource is lent next: the one used last, so that few are kept busy (default), or first. */
  readonly order?: "lifo" | "fifo";
  /** Milliseconds an opening or a check may take before it counts as failed; 15,000 when absent. */
  readonly openTimeoutMs?: number;
  /** Milliseconds a closing may take before the resource is forgotten; 5,000 when absent. */
  readonly closeTimeoutMs?: number;
  /** How long to wait before a failed opening is tried again. */
  readonly backoff?: OpeningBackoff;
}

/** A pool of resources. */
export interface ResourcePoolOptions<R> extends CheckoutPoolLimits {
  readonly resource: Resource<R>;
}

/** A pool of actors, each started from the same spec. */
export interface WorkerPoolOptions<A> extends CheckoutPoolLimits {
  readonly worker: ChildSpec<A>;
}

/** What a pool works with: nothing left open that has a default. */
export type CheckoutSettings = Required<CheckoutPoolLimits>;

const limits = Object.freeze({
  size: count(1),
  maxOverflow: z.optional(count(0)),
  maxWaiting: z.optional(
    z.custom<number>(
      (value) => value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 0),
      {
        error: "must be a whole number of at least 0, or Infinity",
      },
    ),
  ),
  name: z.optional(z.string()),
  order: z.optional(z.enum(["lifo", "fifo"])),
  openTimeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
  closeTimeoutMs: z.optional(durationMs({ unbounded: false })),
  backoff: z.optional(
    z.strictObject({
      minMs: z.optional(durationMs({ least: 1 })),
      maxMs: z.optional(durationMs({ least: 1 })),
    }),
  ),
});

const resourcePool = z.strictObject({
  ...limits,
  resource: z.looseObject({ open: callback(), close: z.optional(callback()), check: z.optional(callback()) }),
});

const workerPool = z.strictObject({
  ...limits,
  worker: z.custom<ChildSpec>((value) => typeof value === "object" && value !== null && "restart" in value, {
    error: "must be a child spec: SomeActor.child(…)",
  }),
});

const closeOptions = z.strictObject({ timeoutMs: z.optional(durationMs({ unbounded: true })) });

/**
 * Checks the options and fills in what is absent.
 *
 * @throws InvalidOptionsError with all faults at once
 */
export function checkoutSettings(given: CheckoutPoolLimits): CheckoutSettings {
  checkOptions(
    "createCheckoutPool",
    ("worker" in given ? workerPool : resourcePool) as z.ZodMiniType<object>,
    given,
  );
  return {
    maxOverflow: 0,
    maxWaiting: Number.POSITIVE_INFINITY,
    name: "pool",
    order: "lifo",
    openTimeoutMs: 15_000,
    closeTimeoutMs: 5_000,
    backoff: {},
    ...given,
  };
}

/** How long a pool may take to end. */
export interface ClosePoolOptions {
  /** Milliseconds for loans to come back, then they are closed under their borrowers; 5,000 when absent. */
  readonly timeoutMs?: number;
}

/** @throws InvalidOptionsError */
export function closeTimeoutOf(what: string, given: ClosePoolOptions): number {
  checkOptions(what, closeOptions as z.ZodMiniType<object>, given);
  return given.timeoutMs ?? 5_000;
}
