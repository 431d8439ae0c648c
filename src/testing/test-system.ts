/**
 * Tests whose time and order are your own.
 *
 * A test system is a system like any other: it runs by itself, so that a call can simply be awaited. What is
 * different is where it lives: its clock stands still until the test moves it, and nothing in it depends on how
 * fast the machine is.
 *
 * ```ts
 * import { defineActor, reply } from "troupe";
 *
 * const Counter = defineActor({
 *   name: "counter",
 *   init: () => 0,
 *   calls: { value: (count) => reply(count, count) },
 *   casts: { hit: (count) => count + 1 },
 * });
 *
 * await using system = testSystem();
 * const counter = await system.start(Counter);
 * counter.cast.hit();
 * await counter.call.value(); //=> 1
 * ```
 *
 * **Time.** `advance(ms)` lets time pass: the clock goes from timer to timer, and at each everybody who has
 * something to do does it before the next one fires. An hour takes as long as what happens in it.
 *
 * ```ts
 * import { defineActor, reply } from "troupe";
 *
 * const Heart = defineActor({
 *   name: "heart",
 *   init: (_: void, self) => {
 *     self.every(1_000, "beat");
 *     return 0;
 *   },
 *   info: (beats, _message: "beat") => beats + 1,
 *   calls: { beats: (beats) => reply(beats, beats) },
 * });
 *
 * await using system = testSystem();
 * const heart = await system.start(Heart);
 * await system.advance(3_600_000);
 * await heart.call.beats(); //=> 3600
 * system.nowMs; //=> 3600000
 * ```
 *
 * **Quiet.** `settle()` resolves when nobody has anything left to do and all promise continuations have run.
 * What casts and messages set off has happened then, without waiting for a guessed time.
 *
 * ```ts
 * import { probe } from "troupe/testing";
 *
 * await using system = testSystem();
 * const post = probe(system);
 * system.spawn(() => post.pid.send("hello"));
 * await system.settle();
 * post.messages; //=> ["hello"]
 * ```
 *
 * **Order.** Without a seed everybody has one message a turn, first come, first served. A seed decides whose
 * turn it is whenever several could have it, as the host's event loop might: the same seed decides the same way
 * again, another one otherwise. A bug that only some orders show is found by trying seeds, and is found again
 * with the seed that found it.
 *
 * ```ts
 * import { probe } from "troupe/testing";
 *
 * async function orderOf(seed: number): Promise<string> {
 *   await using system = testSystem({ seed });
 *   const post = probe<string>(system);
 *   for (const name of ["a", "b", "c", "d", "e"]) system.spawn(() => post.pid.send(name));
 *   await system.settle();
 *   return post.messages.join("");
 * }
 *
 * (await orderOf(7)) === (await orderOf(7)); //=> true
 * const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
 * new Set(await Promise.all(seeds.map(orderOf))).size > 1; //=> true
 * ```
 *
 * **Crashes** are kept, not printed: `system.crashes` has the reports, `system.deadLetters` what nobody handled.
 *
 * **What it does not do.** Only what the system does itself is in the test's hand. A handler that awaits a socket,
 * a file or a timer of the host's is not waited for by `settle`, and no seed orders what comes from there; give such a test a
 * system made by `createSystem`, or put something of your own in the place of what is outside.
 *
 * @module
 */

import { attribution as hostAttribution } from "#attribution";
import type { System } from "../actors/definition.ts";
import { ActorSystem } from "../actors/system.ts";
import { noAttribution } from "../core/attribution.ts";
import type { Random } from "../core/random.ts";
import { hostMacrotask } from "../core/runtime-host.ts";
import type { CrashReport, DeadLetter } from "../telemetry/events.ts";
import { Driver } from "./driver.ts";
import { ManualClock } from "./manual-clock.ts";
import { firstOracle, type Oracle, oracleRandom, seededOracle } from "./oracle.ts";
import { SimScheduler, type TurnObserver } from "./sim-scheduler.ts";
import { checkTestSystemOptions, type TestSystemOptions } from "./test-options.ts";

/**
 * A system whose clock and order belong to the test. `await using` ends it: what still runs is shut down, and the
 * clock moves as far as that takes. `stop()` ends it as in production and leaves the clock to the test.
 */
export interface TestSystem extends System {
  /** What its clock shows, in milliseconds; 0 at the beginning. */
  readonly nowMs: number;
  /** Crashes that nobody's supervisor kept to itself, in their order. */
  readonly crashes: readonly CrashReport[];
  /** Messages that nobody will handle, in their order. */
  readonly deadLetters: readonly DeadLetter[];
  /**
   * Runs whoever has something to do until nobody has, and all promise continuations have run. The clock stands
   * still; something outside that a handler awaits (a real socket) is not waited for.
   *
   * @returns a promise that settles in this very state, after moves asked for before it
   * @throws ActorError `ERR_RUNAWAY` when `maxSteps` turns are not enough; it names the busiest process, and
   *   nobody has another turn before the next `settle`, `advance` or `stop`
   */
  settle(): Promise<void>;
  /**
   * Lets `ms` milliseconds pass: settles, moves the clock to the next timer, fires it, settles, and so on. Timers
   * that are set meanwhile fire in their place; of those due at the same moment the one set first fires first, or
   * the seed's choice.
   *
   * @param ms - milliseconds, finite and ≥ 0: the clock never goes back
   * @throws RangeError for any other `ms`; ActorError `ERR_RUNAWAY` when one moment takes more than `maxSteps` turns
   */
  advance(ms: number): Promise<void>;
}

const MAX_STEPS = 100_000;
/** What random numbers come from when no seed is given. */
const SEED_OF_CHANCE = 0;

/**
 * Makes a system on a clock and an order of its own. Messages are frozen, so that a test finds out who changes
 * what he has sent; crash reports are collected, not printed.
 *
 * @param options - as for `createSystem`, and `seed` and `maxSteps`
 * @throws InvalidOptionsError with all faults at once
 */
export function testSystem(options: TestSystemOptions = {}): TestSystem {
  checkTestSystemOptions(options);
  const { seed } = options;
  const oracle = seed === undefined ? firstOracle : seededOracle(seed);
  const random = oracleRandom(seed === undefined ? seededOracle(SEED_OF_CHANCE) : oracle);
  return simulate(oracle, random, options).system;
}

/** A test system and what moves it, for whoever watches it step by step. */
export interface Simulated {
  readonly system: TestSystem;
  readonly clock: ManualClock;
  readonly scheduler: SimScheduler;
  readonly driver: Driver;
}

/** A test system whose chance is decided by `oracle`; `options` have been checked. */
export function simulate(
  oracle: Oracle,
  random: Random,
  options: TestSystemOptions,
  observer?: TurnObserver,
): Simulated {
  const { seed: _, maxSteps = MAX_STEPS, faults, ...rest } = options;
  const attribution = faults === "handlersOnly" ? noAttribution : hostAttribution;
  const macrotask = hostMacrotask();
  const clock = new ManualClock(oracle);
  const scheduler = new SimScheduler(oracle, attribution, macrotask, observer);
  const system = new ActorSystem(
    { clock, scheduler, random, attribution },
    { name: "test", messages: "frozen", logger: false, ...rest },
  );
  const driver = new Driver({ clock, scheduler, oracle, attribution, macrotask, maxSteps });
  const crashes: CrashReport[] = [];
  const deadLetters: DeadLetter[] = [];
  system.telemetry.on("process:crashed", (crash) => crashes.push(crash));
  system.telemetry.on("message:dead", (letter) => deadLetters.push(letter));
  const stop = (limits?: { readonly deadlineMs?: number }): Promise<void> => {
    scheduler.allow(Number.POSITIVE_INFINITY);
    return ActorSystem.prototype.stop.call(system, limits);
  };
  const dispose = async (): Promise<void> => {
    let stopped = false;
    const stopping = stop().finally(() => {
      stopped = true;
    });
    await driver.passUntil(() => stopped);
    return stopping;
  };
  const kit = {
    crashes,
    deadLetters,
    settle: () => driver.settle(),
    advance: (ms: number) => driver.advance(ms),
    stop,
    [Symbol.asyncDispose]: dispose,
  };
  Object.defineProperty(system, "nowMs", { get: () => clock.now(), enumerable: true });
  return { system: Object.assign(system, kit) as unknown as TestSystem, clock, scheduler, driver };
}
