/**
 * What a checkout pool has to know about the things it lends.
 *
 * ```ts
 * import { createCheckoutPool, createSystem, type Resource } from "troupe";
 * const counters: Resource<{ count: number }> = { open: () => ({ count: 0 }) };
 * await using system = createSystem();
 * const pool = createCheckoutPool(system, { size: 2, resource: counters });
 * await pool.use((counter) => ++counter.count); //=> 1
 * ```
 *
 * All three callbacks run in a context of the resource's own: what goes wrong in it later (a socket's
 * error that nobody listens to, a forgotten promise) discards this resource and harms neither the borrower
 * nor the pool.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";

type Awaitable<T> = T | Promise<T>;

/** How a resource is made, tested and ended. */
export interface Resource<R> {
  /**
   * Makes one. A rejection is not fatal: it is tried again after a while, and whoever waits goes on waiting
   * within its deadline.
   *
   * @param context - `signal` aborts when nobody wants the resource any more: the pool closes, or this takes
   *   too long. What comes after that is closed.
   */
  readonly open: (context: { readonly signal: AbortSignal }) => Awaitable<R>;
  /** Ends it; whatever this does, the pool has forgotten the resource when its time is up. */
  readonly close?: (resource: R, reason: ExitReason) => Awaitable<void>;
  /**
   * Is it fit for the next borrower? Asked before each loan but the first. One that answers at once costs
   * the borrower no wait.
   */
  readonly check?: (resource: R) => Awaitable<boolean>;
  /**
   * Is it still there, after it has been idle for the pool's `pingAfterMs`? Keeps a connection alive that others
   * would cut. `check` is asked when this is absent.
   */
  readonly ping?: (resource: R) => Awaitable<boolean>;
}
