/**
 * The locks of a scenario: each who asks for one is a process, stays inside until it is told how to leave, and
 * leaves as it was told.
 *
 * @module
 */

import type { ExitReason } from "../../src/core/exit-reason.ts";
import type { Key } from "../../src/registry/key.ts";
import type { Locking } from "../../src/registry/locks.ts";
import type { TestSystem } from "../../src/testing/test-system.ts";
import { reasonOf, textOf } from "./reasons.ts";

/** How a holder leaves. */
export interface Leaving {
  readonly how: "return" | "raise" | "exit" | "throw";
  readonly value: unknown;
}

/** What became of locks in one step. */
export interface LockNews {
  readonly entered: readonly string[];
  readonly left: Readonly<Record<string, unknown>>;
}

interface Player {
  leave(how: Leaving): void;
  kill(): void;
}

/** Everybody who asks for locks in one scenario. */
export class LockPlayers {
  readonly #system: TestSystem;
  readonly #players = new Map<string, Player>();
  #entered: string[] = [];
  #left: Record<string, unknown> = {};

  constructor(system: TestSystem) {
    this.#system = system;
  }

  enter(name: string, registry: Locking, key: Key): Promise<LockNews> {
    let leave!: (how: Leaving) => void;
    const told = new Promise<Leaving>((resolve) => {
      leave = resolve;
    });
    let killed = false;
    const pid = this.#system.spawn(async (self) => {
      const work = async (): Promise<unknown> => {
        this.#entered.push(name);
        const { how, value } = await told;
        if (how === "raise") throw new Error("bad");
        if (how === "throw") throw value;
        return how === "exit" ? self.exit(reasonOf("left")) : value;
      };
      const value = await registry.lock(key, work, { timeoutMs: Number.POSITIVE_INFINITY });
      this.#left[name] = { value };
    });
    void pid.down().then((reason) => {
      if (!killed && reason.kind === "error") this.#left[name] = outcomeOf(reason);
    });
    const kill = (): void => {
      killed = true;
      pid.exit("kill");
    };
    this.#players.set(name, { leave, kill });
    return this.#news();
  }

  leave(name: string, how: Leaving): Promise<LockNews> {
    this.#players.get(name)?.leave(how);
    return this.#news();
  }

  crash(name: string): Promise<LockNews> {
    this.#players.get(name)?.kill();
    return this.#news();
  }

  async #news(): Promise<LockNews> {
    await this.#system.settle();
    const news = { entered: this.#entered, left: this.#left };
    this.#entered = [];
    this.#left = {};
    return news;
  }
}

function outcomeOf(reason: ExitReason & { readonly kind: "error" }): unknown {
  const { error } = reason;
  if (error instanceof Error) return { raise: error.message };
  return typeof error === "symbol" ? { exit: textOf(reason) } : { throw: error };
}
