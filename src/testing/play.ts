/**
 * Plays a scenario once, on one oracle, and says what came of it.
 *
 * @module
 */

import { processOf } from "../actors/process.ts";
import { toError } from "../core/errors.ts";
import { hostMacrotask, type Macrotask } from "../core/runtime-host.ts";
import type { Runnable } from "../core/scheduler.ts";
import { leaksOf } from "./leaks.ts";
import type { Operation } from "./linearizable.ts";
import { type ChoiceLabel, type Oracle, oracleRandom } from "./oracle.ts";
import { type Run, type RunSystemOptions, type Scenario, struck, type Target } from "./run.ts";
import { type Choice, recordingOracle } from "./strategies.ts";
import { checkTestSystemOptions } from "./test-options.ts";
import { type Simulated, simulate, type TestSystem } from "./test-system.ts";
import { type ScenarioEvent, turnText } from "./turn-text.ts";

/** How a run failed. */
export type FailureKind = "thrown" | "invariant" | "eventually" | "leak" | "runaway" | "uncontrolled";

/** Why a run is not fine. */
export interface Failure {
  readonly kind: FailureKind;
  readonly error: Error;
}

/** What came of one run. */
export interface Outcome {
  readonly choices: readonly Choice[];
  readonly steps: number;
  /** One line a step; empty unless asked for. */
  readonly trace: readonly string[];
  readonly failure: Failure | undefined;
}

/** How a run is played. */
export interface PlayOptions {
  readonly maxSteps: number;
  /** Writes a trace, and where what is waited for was begun. */
  readonly traced: boolean;
}

const IN_WORDS: Readonly<Record<Exclude<ChoiceLabel, "turn">, string>> = {
  continuations: "promise continuations go first",
  timer: "another timer of this moment fires first",
  together: "the next timer of this moment fires before anybody reacts",
  random: "a random number",
  scenario: "t.choose",
};
/** Turns of the event loop with nothing to do after which a run waits for something that is not its own. */
const IDLE_ROUNDS = 6;

/** Plays `scenario` from its beginning to the end of its system. Never rejects. */
export async function play(scenario: Scenario, oracle: Oracle, options: PlayOptions): Promise<Outcome> {
  const playing = new Playing(oracle, options);
  const failure = await playing.toItsEnd(scenario);
  return { choices: playing.choices, steps: playing.steps, trace: playing.trace, failure };
}

interface Strand {
  readonly begun: string;
  settled: boolean;
}

class Playing implements Run {
  readonly choices: Choice[] = [];
  readonly trace: string[] = [];
  readonly history: Operation[] = [];
  steps = 0;
  readonly #options: PlayOptions;
  readonly #oracle: Oracle;
  readonly #macrotask: Macrotask = hostMacrotask();
  readonly #invariants: (() => boolean)[] = [];
  readonly #strands: Strand[] = [];
  readonly #goings: Promise<unknown>[] = [];
  readonly #shares = new Map<string, number>();
  readonly #failed: Promise<Failure>;
  #fail!: (failure: Failure) => void;
  #simulated: Simulated | undefined;
  #leakFree = false;
  #over = false;
  #places = 0;

  constructor(oracle: Oracle, options: PlayOptions) {
    this.#oracle = recordingOracle(oracle, this.choices, (label, { chosen, n }) => {
      // A turn has a line of its own.
      if (options.traced && label !== "turn" && chosen !== 0) {
        this.trace.push(`   ${IN_WORDS[label]}  choice ${chosen + 1} of ${n}`);
      }
    });
    this.#options = options;
    this.#failed = new Promise((fail) => {
      this.#fail = fail;
    });
  }

  async toItsEnd(scenario: Scenario): Promise<Failure | undefined> {
    void this.#watch();
    const failure = await Promise.race([this.#failed, this.#playThrough(scenario)]);
    this.#over = true;
    this.#simulated?.scheduler.halt();
    return failure;
  }

  system(options?: RunSystemOptions): TestSystem {
    if (this.#simulated === undefined) {
      checkTestSystemOptions(options ?? {});
      const observer = {
        before: (task: Runnable, chosen: number, of: number) => this.#before(task, chosen, of),
        after: () => this.#check(),
      };
      const limit = { ...options, maxSteps: this.#options.maxSteps };
      this.#simulated = simulate(this.#oracle, oracleRandom(this.#oracle), limit, observer);
    } else if (options !== undefined) {
      throw new Error("the system of this run has been made: its options come with the first system()");
    }
    return this.#simulated.system;
  }

  go(run: () => unknown): void {
    const which = `t.go ${this.#goings.length + 1}`;
    const strand = this.#strand(which);
    const going = new Promise((resolve, reject) => {
      const begin = async (): Promise<void> => {
        try {
          resolve(await run());
        } catch (error) {
          reject(error);
        } finally {
          strand.settled = true;
        }
      };
      this.#anytime("scenario", `${which} begins`, () => void begin());
    });
    going.catch((error) => this.#fail({ kind: "thrown", error: toError(error) }));
    this.#goings.push(going);
  }

  step(label: string): Promise<void> {
    return new Promise((resolve) => this.#anytime("scenario", `step ${label}`, resolve));
  }

  crash(target: Target, error: Error): void {
    this.#anytime("fault", `crash with ${error.message}`, () => {
      const pid = struck(target);
      // A fault of the dead would be told of as a late one.
      if (pid !== undefined && processOf(pid).status !== "dead") processOf(pid).fault(error);
    });
  }

  kill(target: Target): void {
    this.#anytime("fault", "kill", () => struck(target)?.exit("kill"));
  }

  choose(n: number): number {
    if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`choose(${n}): out of a whole number ≥ 1`);
    return this.#oracle.choose(n, "scenario");
  }

  async quiescent(): Promise<void> {
    await this.system().settle();
    this.#check();
  }

  async advance(ms: number): Promise<void> {
    await this.system().advance(ms);
    this.#check();
  }

  invariant(check: () => boolean): void {
    this.#invariants.push(check);
    this.#check();
  }

  conservation(what: string, count: () => number): void {
    const due = count();
    this.invariant(() => {
      const found = count();
      if (found !== due) throw new Error(`${what}: there are ${found}, and there were ${due}`);
      return true;
    });
  }

  async eventually(check: () => boolean, withinMs: number): Promise<void> {
    const { clock, driver } = this.#made();
    const untilMs = clock.now() + withinMs;
    await driver.passUntil(() => check() || (clock.nextDueAtMs ?? Number.POSITIVE_INFINITY) > untilMs);
    if (check()) return;
    await driver.advance(Math.max(0, untilMs - clock.now()));
    if (check()) return;
    const error = new Error(`what was to hold within ${withinMs} ms does not: ${oneLine(check)}`);
    this.#fail({ kind: "eventually", error });
    return new Promise(() => undefined);
  }

  noLeaks(): void {
    this.#leakFree = true;
  }

  async observe<I, O>(input: I, run: () => Promise<O>): Promise<O> {
    const at = this.history.push({ input, calledAt: this.#place() }) - 1;
    const output = await run();
    const { calledAt } = this.history[at] as Operation;
    this.history[at] = { input, output, calledAt, returnedAt: this.#place() };
    return output;
  }

  #place(): number {
    this.#places += 1;
    return this.#places;
  }

  #made(): Simulated {
    this.system();
    return this.#simulated as Simulated;
  }

  #strand(name: string): Strand {
    const stack = this.#options.traced ? new Error().stack?.split("\n")[3]?.trim() : undefined;
    const strand = { begun: stack === undefined ? name : `${name} ${stack}`, settled: false };
    this.#strands.push(strand);
    return strand;
  }

  #anytime(actor: string, what: string, run: () => void): void {
    const event: ScenarioEvent = {
      actor,
      what,
      run: () => {
        run();
        return 1;
      },
    };
    this.#made().scheduler.readyAnytime(event);
  }

  #before(task: Runnable, chosen: number, of: number): void {
    this.steps += 1;
    const { maxSteps, traced } = this.#options;
    if (traced || this.steps > maxSteps / 2) this.#note(task, chosen, of, traced);
    if (this.steps <= maxSteps) return;
    const [busiest, turns] = [...this.#shares].reduce((a, b) => (b[1] > a[1] ? b : a), ["nobody", 0]);
    const text = `${maxSteps} steps were not enough; the busiest of late is ${busiest} with ${turns} turns`;
    this.#failNow({ kind: "runaway", error: new Error(text) });
  }

  #note(task: Runnable, chosen: number, of: number, traced: boolean): void {
    const { actor, what } = turnText(task);
    this.#shares.set(actor, (this.#shares.get(actor) ?? 0) + 1);
    if (!traced) return;
    const choice = of > 1 ? `  choice ${chosen + 1} of ${of}` : "";
    this.trace.push(`${this.steps}. ${actor}: ${what}${choice}  at ${this.#made().clock.now()} ms`);
  }

  #check(): void {
    if (this.#over) return;
    for (const check of this.#invariants) {
      try {
        if (check()) continue;
        const error = new Error(`an invariant does not hold: ${oneLine(check)}`);
        return this.#failNow({ kind: "invariant", error });
      } catch (thrown) {
        return this.#failNow({ kind: "invariant", error: toError(thrown) });
      }
    }
  }

  /** What has failed is left as it is: nobody has another turn. */
  #failNow(failure: Failure): void {
    this.#over = true;
    this.#simulated?.scheduler.halt();
    this.#fail(failure);
  }

  async #playThrough(scenario: Scenario): Promise<Failure | undefined> {
    const strand = this.#strand("the scenario");
    try {
      await scenario(this);
      strand.settled = true;
      // What has been begun may begin more.
      for (let i = 0; i < this.#goings.length; i += 1) await this.#goings[i];
      return await this.#end();
    } catch (thrown) {
      return { kind: "thrown", error: toError(thrown) };
    }
  }

  async #end(): Promise<Failure | undefined> {
    const simulated = this.#simulated;
    if (simulated === undefined) return undefined;
    const { system, driver } = simulated;
    await driver.settle();
    const ending = this.#strand("the end of the system");
    await system[Symbol.asyncDispose]();
    ending.settled = true;
    if (!this.#leakFree) return undefined;
    const left = await leaksOf(simulated);
    return left === undefined
      ? undefined
      : { kind: "leak", error: new Error(`after the end there are still ${left}`) };
  }

  /** Nothing in a run takes real time: a run with nothing to do that has not ended waits for what is outside of it. */
  async #watch(): Promise<void> {
    let idle = 0;
    for (let steps = -1; !this.#over && idle < IDLE_ROUNDS; ) {
      await new Promise<void>((resume) => this.#macrotask(resume));
      const simulated = this.#simulated;
      const quiet =
        steps === this.steps && (!simulated || (simulated.scheduler.idle && !simulated.driver.moving));
      idle = quiet ? idle + 1 : 0;
      steps = this.steps;
    }
    if (!this.#over) this.#failNow({ kind: "uncontrolled", error: new Error(this.#whatIsAwaited()) });
  }

  #whatIsAwaited(): string {
    const waiting = this.#strands.filter(({ settled }) => !settled).map(({ begun }) => begun);
    const dueAtMs = this.#simulated?.clock.nextDueAtMs;
    const hint =
      dueAtMs === undefined
        ? "it awaits something outside of the run, or nobody will ever settle it"
        : `the next timer is due at ${dueAtMs} ms and nobody lets time pass (t.advance), or it awaits something outside of the run`;
    return `nobody has anything to do and this has not settled: ${waiting.join(", ")}; ${hint}`;
  }
}

function oneLine(check: () => boolean): string {
  return check.toString().replaceAll(/\s+/g, " ");
}
