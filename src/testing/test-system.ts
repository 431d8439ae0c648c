import { attribution as hostAttribution } from "#attribution";
import type { System } from "../actors/definition.ts";
import { ActorSystem } from "../actors/system.ts";
import { noAttribution } from "../core/attribution.ts";
import { hostMacrotask } from "../core/runtime-host.ts";
import type { CrashReport, DeadLetter } from "../telemetry/events.ts";
import { Driver } from "./driver.ts";
import { ManualClock } from "./manual-clock.ts";
import { firstOracle, oracleRandom, seededOracle } from "./oracle.ts";
import { SimScheduler } from "./sim-scheduler.ts";
import { checkTestSystemOptions, type TestSystemOptions } from "./test-options.ts";

/** A system whose clock and order belong to the test. */
export interface TestSystem extends System {
  /** What its clock shows, in milliseconds; 0 at the beginning. */
  readonly nowMs: number;
  /** Crashes that nobody's supervisor kept to itself, in their order. */
  readonly crashes: readonly CrashReport[];
  /** Messages that nobody will handle, in their order. */
  readonly deadLetters: readonly DeadLetter[];
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
}

const MAX_STEPS = 100_000;
/** What random numbers come from when no seed is given. */
const SEED_OF_CHANCE = 0;

export function testSystem(options: TestSystemOptions = {}): TestSystem {
  checkTestSystemOptions(options);
  const { seed, maxSteps = MAX_STEPS, faults, ...rest } = options;
  const attribution = faults === "handlersOnly" ? noAttribution : hostAttribution;
  const macrotask = hostMacrotask();
  const oracle = seed === undefined ? firstOracle : seededOracle(seed);
  const random = oracleRandom(seed === undefined ? seededOracle(SEED_OF_CHANCE) : oracle);
  const clock = new ManualClock(oracle);
  const scheduler = new SimScheduler(oracle, attribution, macrotask);
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
  return Object.assign(system, kit) as unknown as TestSystem;
}
