/** A scripted resource: what is opened and closed is told to it, and counted. */
import { expect } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { System } from "../../src/actors/definition.ts";
import { kernelOf } from "../../src/actors/system.ts";
import type { CheckoutPoolLimits } from "../../src/pools/checkout-options.ts";
import { type CheckoutPool, createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import type { Lease } from "../../src/pools/lease.ts";
import type { Resource } from "../../src/pools/resource.ts";
import type { SimScheduler } from "../../src/testing/sim-scheduler.ts";

/** What is lent in tests. */
export interface Tool {
  readonly serial: number;
}

/** An opening or closing that waits to be told how it ends. */
export interface Held<T> {
  readonly signal: AbortSignal | undefined;
  succeed(value: T): void;
  fail(error: unknown): void;
}

/** How the next opening or closing goes. */
export type Script = "atOnce" | "later" | "held" | "throws" | "rejects";

/** Makes tools as told; knows at any moment how many exist or are being made. */
export class Workshop {
  opens: Script = "later";
  closes: Script = "later";
  /** What `check` answers; without a check when `undefined`. */
  readonly opened: Tool[] = [];
  readonly closed: Tool[] = [];
  readonly openings: Held<Tool>[] = [];
  readonly closings: Held<void>[] = [];
  /** The most that existed or were being made at once. */
  most = 0;
  attempts = 0;
  #making = 0;
  readonly #live = new Set<Tool>();

  get live(): number {
    return this.#live.size;
  }

  readonly resource: Resource<Tool> = {
    open: ({ signal }) => this.#open(signal),
    close: (tool) => this.#close(tool),
  };

  #open(signal: AbortSignal): Tool | Promise<Tool> {
    this.attempts += 1;
    this.#making += 1;
    this.most = Math.max(this.most, this.#making + this.#live.size);
    const error = new Error(`the workshop is shut (${this.attempts})`);
    if (this.opens === "throws") {
      this.#making -= 1;
      throw error;
    }
    if (this.opens === "atOnce") return this.#made();
    const made = (): Tool => this.#made();
    const failed = (thrown: unknown): never => {
      this.#making -= 1;
      throw thrown;
    };
    if (this.opens === "later") return Promise.resolve().then(made);
    if (this.opens === "rejects") return Promise.reject(error).catch(failed);
    return new Promise<void>((succeed, fail) => {
      this.openings.push({ signal, succeed: () => succeed(), fail });
    }).then(made, failed);
  }

  #made(): Tool {
    this.#making -= 1;
    const tool = Object.freeze({ serial: this.opened.length + 1 });
    this.opened.push(tool);
    this.#live.add(tool);
    return tool;
  }

  #close(tool: Tool): void | Promise<void> {
    const done = (): void => {
      expect(this.#live.delete(tool)).toBe(true);
      this.closed.push(tool);
    };
    const error = new Error(`tool ${tool.serial} cannot be closed`);
    switch (this.closes) {
      case "atOnce":
        return done();
      case "throws":
        done();
        throw error;
      case "rejects":
        return Promise.resolve()
          .then(done)
          .then(() => Promise.reject(error));
      case "later":
        return Promise.resolve().then(done);
      case "held":
        return new Promise<void>((succeed, fail) => {
          this.closings.push({ signal: undefined, succeed: () => succeed(), fail });
        }).finally(done);
    }
  }
}

/** Resources are neither lost nor made up: at this moment. */
export function expectConserved(pool: CheckoutPool<unknown>, most: number): void {
  const { idle, lent, starting, closing, waiting } = pool.stats();
  for (const count of [idle, lent, starting, closing, waiting]) expect(count).toBeGreaterThanOrEqual(0);
  expect(idle + lent + starting + closing).toBeLessThanOrEqual(most);
}

/** Nothing of `pool` is left in `system`: no deadline, no waiter, nothing that keeps the host alive. */
export function expectNothingLeft(system: System, pool: CheckoutPool<unknown>): void {
  expect(pool.stats()).toMatchObject({ idle: 0, lent: 0, starting: 0, closing: 0, waiting: 0 });
  const { deadlines, runtime } = kernelOf(system);
  expect(deadlines.size).toBe(0);
  expect((runtime.scheduler as SimScheduler).held).toBe(0);
}

/** How a promise has ended by now: its value, the code of its error, or `"pending"`. */
export function outcomeOf<T>(promise: Promise<T>): { now: T | string } {
  const outcome: { now: T | string } = { now: "pending" };
  promise.then(
    (value) => {
      outcome.now = value;
    },
    (error: { code?: string }) => {
      outcome.now = error.code ?? String(error);
    },
  );
  return outcome;
}

/** Takes from a pool when told, and keeps what it got. */
export const Borrower = defineActor({
  name: "borrower",
  init: (pool: CheckoutPool<Tool>) => ({ pool, leases: [] as Lease<Tool>[] }),
  calls: {
    take: async (state) => {
      const lease = await state.pool.checkout();
      return reply(lease.resource.serial, { ...state, leases: [...state.leases, lease] });
    },
    giveAll: async (state) => {
      for (const lease of state.leases) await lease.checkin();
      return reply(state.leases.length, { ...state, leases: [] });
    },
  },
});

/** A pool of tools, and the workshop they come from. */
export function poolOf(system: System, size: number, more: Partial<CheckoutPoolLimits> = {}) {
  const workshop = new Workshop();
  const pool = createCheckoutPool(system, { size, resource: workshop.resource, ...more });
  return { pool, workshop };
}

/** Opens `count` at once and gives them back, the first first. */
export async function fill(pool: CheckoutPool<unknown>, count: number): Promise<void> {
  const leases = await Promise.all(Array.from({ length: count }, () => pool.checkout()));
  for (const lease of leases) await lease.checkin();
}
