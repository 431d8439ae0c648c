/**
 * The options of a checkout pool, checked strictly.
 *
 * @module
 */

import * as z from "zod/mini";
import type { ChildSpec } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import {
  callback,
  checkOptions,
  count,
  countOrInfinity,
  durationMs,
  ofType,
  oneOf,
  onFirstUse,
} from "../core/options.ts";
import type { CodelLimits } from "./codel.ts";
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
  /** Resources that are opened before anybody asks, and kept however long they are idle; 0 when absent. */
  readonly minSize?: number;
  /** Milliseconds a checkout may take over waiting, opening and checking, where it does not say itself; 5,000 when absent. */
  readonly checkoutTimeoutMs?: number;
  /** Milliseconds an opening may take before it counts as failed; 15,000 when absent. */
  readonly openTimeoutMs?: number;
  /** Milliseconds a check or a ping may take before it counts as a no; 5,000 when absent. */
  readonly checkTimeoutMs?: number;
  /** Milliseconds a closing may take before the resource is forgotten; 5,000 when absent. */
  readonly closeTimeoutMs?: number;
  /** How long to wait before a failed opening is tried again. */
  readonly backoff?: OpeningBackoff;
  /** Milliseconds after which an idle resource beyond `minSize` is closed; never when absent. */
  readonly idleTimeoutMs?: number;
  /** Milliseconds after which an idle resource is pinged, and again after as many; never when absent. */
  readonly pingAfterMs?: number;
  /** Only what has been idle for so many milliseconds is checked before it is lent; all when absent. */
  readonly checkAfterIdleMs?: number;
  /** Milliseconds after which a resource is closed instead of being lent again; never when absent. */
  readonly maxAgeMs?: number;
  /** The share of `maxAgeMs` that is left to chance, 0 to 1, so that not all end together; 0.1 when absent. */
  readonly ageJitter?: number;
  /** Loans after which a resource is closed; without limit when absent. */
  readonly maxUses?: number;
  /** Refuses who waits too long in a line that has been too slow for a whole interval: `ERR_OVERLOADED`. */
  readonly queue?: QueueLimits;
  /** Keeps where each loan was taken, for reports of leaks and of what was not given back; costs a stack trace a loan. */
  readonly stacks?: boolean;
}

/**
 * When a waiting line is too slow.
 *
 * @follows DBConnection `:queue_target` and `:queue_interval`; there they are always on
 */
export interface QueueLimits {
  /** Milliseconds somebody in the line should wait at the most; 50 when absent. Who has waited twice as long is refused. */
  readonly targetMs?: number;
  /** Milliseconds for which all must have waited longer; 2,000 when absent. */
  readonly intervalMs?: number;
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
export interface CheckoutSettings extends Required<Omit<CheckoutPoolLimits, "queue">> {
  readonly queue: CodelLimits | undefined;
}

/** The schema of {@link CheckoutPoolLimits}, field by field. */
export const checkoutLimits = () => ({
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
  name: z.optional(ofType("string")),
  order: z.optional(oneOf("lifo", "fifo")),
  minSize: z.optional(count(0)),
  checkoutTimeoutMs: z.optional(durationMs({ unbounded: true })),
  openTimeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
  checkTimeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
  closeTimeoutMs: z.optional(durationMs({ unbounded: false })),
  backoff: z.optional(
    z.strictObject({
      minMs: z.optional(durationMs({ least: 1 })),
      maxMs: z.optional(durationMs({ least: 1 })),
    }),
  ),
  idleTimeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
  pingAfterMs: z.optional(durationMs({ least: 1, unbounded: true })),
  checkAfterIdleMs: z.optional(durationMs()),
  maxAgeMs: z.optional(durationMs({ least: 1, unbounded: true })),
  ageJitter: z.optional(
    z.custom<number>((value) => typeof value === "number" && value >= 0 && value <= 1, {
      error: "must be a share, a number from 0 to 1",
    }),
  ),
  maxUses: z.optional(countOrInfinity(1)),
  queue: z.optional(
    z.strictObject({
      targetMs: z.optional(durationMs({ least: 1 })),
      intervalMs: z.optional(durationMs({ least: 1 })),
    }),
  ),
  stacks: z.optional(ofType("boolean")),
});

const resourcePool = onFirstUse(() =>
  z.strictObject({
    ...checkoutLimits(),
    resource: z.looseObject({
      open: callback(),
      close: z.optional(callback()),
      check: z.optional(callback()),
      ping: z.optional(callback()),
    }),
  }),
);

const workerPool = onFirstUse(() =>
  z.strictObject({
    ...checkoutLimits(),
    worker: z.custom<ChildSpec>(
      (value) => typeof value === "object" && value !== null && "restart" in value,
      {
        error: "must be a child spec: SomeActor.child(…)",
      },
    ),
  }),
);

const closeOptions = onFirstUse(() =>
  z.strictObject({ timeoutMs: z.optional(durationMs({ unbounded: true })) }),
);

const QUEUE: CodelLimits = Object.freeze({ targetMs: 50, intervalMs: 2_000 });

const DEFAULTS = Object.freeze({
  maxOverflow: 0,
  maxWaiting: Number.POSITIVE_INFINITY,
  name: "pool",
  order: "lifo",
  minSize: 0,
  checkoutTimeoutMs: 5_000,
  openTimeoutMs: 15_000,
  checkTimeoutMs: 5_000,
  closeTimeoutMs: 5_000,
  backoff: {},
  idleTimeoutMs: Number.POSITIVE_INFINITY,
  pingAfterMs: Number.POSITIVE_INFINITY,
  checkAfterIdleMs: 0,
  maxAgeMs: Number.POSITIVE_INFINITY,
  ageJitter: 0.1,
  maxUses: Number.POSITIVE_INFINITY,
  stacks: false,
});

/**
 * Checks the options and fills in what is absent.
 *
 * @throws InvalidOptionsError with all faults at once
 */
export function checkoutSettings(given: CheckoutPoolLimits): CheckoutSettings {
  checkOptions(
    "createCheckoutPool",
    (typeof given === "object" && given !== null && "worker" in given
      ? workerPool
      : resourcePool) as () => z.ZodMiniType<object>,
    given,
  );
  const { minSize = 0, size } = given;
  if (minSize > size)
    throw new InvalidOptionsError("createCheckoutPool", [
      `minSize is ${minSize}, more than size, which is ${size}`,
    ]);
  return withDefaults(given);
}

/** Fills in what is absent. */
export function withDefaults(given: CheckoutPoolLimits): CheckoutSettings {
  const { queue } = given;
  return { ...DEFAULTS, ...given, queue: queue === undefined ? undefined : { ...QUEUE, ...queue } };
}

/** How long a pool may take to end. */
export interface ClosePoolOptions {
  /** Milliseconds for loans to come back, then they are closed under their borrowers; 5,000 when absent. */
  readonly timeoutMs?: number;
}

/** @throws InvalidOptionsError */
export function closeTimeoutOf(what: string, given: ClosePoolOptions): number {
  checkOptions(what, closeOptions as () => z.ZodMiniType<object>, given);
  return given.timeoutMs ?? 5_000;
}

/** How fast a pool replaces what it has. */
export interface RecycleOptions {
  /** Milliseconds over which closings are spread; 0 when absent. */
  readonly withinMs?: number;
}

const recycleOptions = onFirstUse(() => z.strictObject({ withinMs: z.optional(durationMs()) }));

/** @throws InvalidOptionsError */
export function recycleTimeOf(given: RecycleOptions): number {
  checkOptions("pool.recycle", recycleOptions as () => z.ZodMiniType<object>, given);
  return given.withinMs ?? 0;
}
