/**
 * What can be seen of this process and of a system from outside.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { System } from "troupe";
import { kernelOf } from "../src/actors/system.ts";
import type { HostClock } from "../src/core/clock-host.ts";
import type { Sample } from "./flatness.ts";

/** Collections in a row, each in a turn of its own: finalizers and weak references free things for the next. */
const COLLECTIONS = 3;

/** Looks at this process, and at systems in it. */
export class Vitals {
  readonly #live = new Set<object | number>();
  readonly #collect: () => void;

  /** From now on sees every timer that is set, those that do not keep Node alive too. */
  constructor() {
    setFlagsFromString("--expose-gc");
    this.#collect = runInNewContext("gc") as () => void;
    this.#watch("setTimeout", "clearTimeout", true);
    this.#watch("setInterval", "clearInterval", false);
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#live.size;
  }

  /** What there is when the event loop has come round and garbage is gone. */
  async sample(system?: System, own: Sample["counts"] = {}): Promise<Sample> {
    for (let i = 0; i < COLLECTIONS; i += 1) {
      await macrotask();
      this.#collect();
    }
    const counts: Record<string, number> = { ...this.#resources(), timers: this.timers, ...own };
    if (system !== undefined) {
      const { table, deadlines, closing, zombies, runtime } = kernelOf(system);
      const { lines } = runtime.clock as HostClock;
      // Timers of one duration share one of the host's. Those of deadlines are set when they are wanted and at rest
      // soon after: how many there are is a matter of timing.
      counts["timers"] = this.timers - lines.size + timersIn(lines) - deadlines.timers;
      counts["processes"] = table.size;
      counts["deadlines"] = deadlines.size;
      counts["closing processes"] = closing.size;
      counts["zombies"] = zombies;
    }
    return { heapBytes: process.memoryUsage().heapUsed, counts };
  }

  /** What keeps Node alive, by kind; timers are counted apart. */
  #resources(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) {
      if (kind === "Timeout" || kind === "Immediate") continue;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  }

  #watch(set: "setTimeout" | "setInterval", clear: "clearTimeout" | "clearInterval", once: boolean): void {
    const live = this.#live;
    const [setTimer, clearTimer] = [globalThis[set], globalThis[clear]];
    const watched = (run: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]): object => {
      const timer: object = setTimer(() => {
        if (once) live.delete(timer);
        run(...args);
      }, delayMs);
      live.add(timer);
      return timer;
    };
    const cleared = (timer: Parameters<typeof clearTimer>[0]): void => {
      if (timer !== undefined && timer !== null) live.delete(timer as object);
      clearTimer(timer);
    };
    Object.assign(globalThis, { [set]: watched, [clear]: cleared });
  }
}

function timersIn(lines: HostClock["lines"]): number {
  let timers = 0;
  for (const line of lines.values()) for (let at = line.after; at !== line; at = at.after) timers += 1;
  return timers;
}

/** The event loop comes round. */
export function macrotask(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
