/**
 * One run of a scenario, as the scenario sees it.
 *
 * @module
 */

import type { Address, Pid } from "../core/pid.ts";
import type { Operation } from "./linearizable.ts";
import type { TestSystemOptions } from "./test-options.ts";
import type { TestSystem } from "./test-system.ts";

/** Whom a fault strikes: looked up when it strikes. Nobody is struck where nobody is. */
export type Target = Address | (() => Address | undefined);

/** How the system of a run is made; its chance and its limit belong to the run. */
export type RunSystemOptions = Omit<TestSystemOptions, "seed" | "maxSteps">;

/** What a scenario is given: a system, and everything whose order is a choice. */
export interface Run {
  /** What {@link Run.observe} has seen so far, in the order of the calls. */
  readonly history: readonly Operation[];
  /**
   * The system of this run, made at the first call. It ends with the run.
   *
   * @throws Error when options are given after it has been made
   */
  system(options?: RunSystemOptions): TestSystem;
  /** Runs plain code beside the scenario; when it begins is a choice. The run waits for it, and fails if it rejects. */
  go(run: () => unknown): void;
  /** A place at which anything else may go on first. @param label - for the trace */
  step(label: string): Promise<void>;
  /** Crashes a process as a fault in its own code would; when is a choice. */
  crash(target: Target, error: Error): void;
  /** Kills a process; when is a choice. */
  kill(target: Target): void;
  /** @returns an integer in [0, n), a choice like any other; 0 is the plainest */
  choose(n: number): number;
  /** All that is ready has had its turn, faults and steps included. The clock stands still. */
  quiescent(): Promise<void>;
  /** Lets `ms` milliseconds of the run's clock pass. Which of the timers due together fires first is a choice. */
  advance(ms: number): Promise<void>;
  /** From now on to hold after every step: a check that answers `false` or throws ends the run. */
  invariant(check: () => boolean): void;
  /**
   * From now on `count` is to answer what it answers now, after every step: nothing is lost, nothing comes twice.
   *
   * @param what - what is counted, for the message
   */
  conservation(what: string, count: () => number): void;
  /**
   * To hold at some time once the faults are over: lets time pass from timer to timer until it does.
   *
   * @param withinMs - milliseconds of the run's clock
   */
  eventually(check: () => boolean, withinMs: number): Promise<void>;
  /** When the run has ended and its system has stopped, nothing is left: no process, closer, handler, wait or timer. */
  noLeaks(): void;
  /** Runs one operation of a client and adds it to {@link Run.history}, for {@link linearizable}. */
  observe<I, O>(input: I, run: () => Promise<O>): Promise<O>;
}

/** Plays what is to be explored, from the beginning each time, on nothing but what it is given. */
export type Scenario = (t: Run) => Promise<void>;

/** The pid that `target` stands for now. */
export function struck(target: Target): Pid | undefined {
  const address = typeof target === "function" && !isAddress(target) ? target() : (target as Address);
  if (address === undefined) return undefined;
  const { kind } = address as { readonly kind?: unknown };
  if (kind === "name") return (address as unknown as { whereis(): Pid | undefined }).whereis();
  return address as Pid;
}

function isAddress(target: Target): target is Address {
  return "kind" in target;
}
