/**
 * Plays a scenario in many orders, and a failing one again.
 *
 * A scenario is a test whose order is open: which of the ready processes has the next turn, when a fault strikes,
 * which timer of a moment fires first, what a random number is. Each run decides all of it anew; when one fails,
 * it is made as short as it gets and comes with a line that plays exactly it.
 *
 * ```ts
 * import { defineActor, reply } from "troupe";
 * import type { Run } from "troupe/testing";
 *
 * const Account = defineActor({
 *   init: () => 0,
 *   calls: {
 *     read: (money) => reply(money, money),
 *     write: (_money, money: number) => reply(undefined, money),
 *   },
 * });
 *
 * async function twoDeposits(t: Run): Promise<void> {
 *   const account = await t.system().start(Account);
 *   const deposit = async () => {
 *     const money = await account.call.read();
 *     await account.call.write(money + 1);
 *   };
 *   t.go(deposit);
 *   t.go(deposit);
 *   await t.quiescent();
 *   if ((await account.call.read()) !== 2) throw new Error("a deposit is lost");
 * }
 *
 * const error = await explore("two deposits", twoDeposits).catch((error) => error);
 * error.message.split("\n")[0]; //=> "two deposits: a deposit is lost"
 * await replay("two deposits", error.schedule, twoDeposits).catch((again) => again.cause.message); //=> "a deposit is lost"
 * ```
 *
 * @module
 */

import { ExplorationError } from "./exploration-error.ts";
import { checkExploreOptions, type ExploreOptions, MAX_STEPS } from "./explore-options.ts";
import type { Oracle } from "./oracle.ts";
import { type Failure, type Outcome, play } from "./play.ts";
import type { Scenario } from "./run.ts";
import { parseSchedule } from "./schedule.ts";
import { shrink } from "./shrink.ts";
import { createExplorer, listOracle } from "./strategies.ts";

/**
 * Plays `scenario` in up to `runs` orders; a depth-first strategy ends earlier when there are no more.
 *
 * The first run and any failing one are played twice: on the same choices the same has to happen.
 *
 * @param name - for the message
 * @param scenario - uses nothing but what `t` gives it: no clock, timer, socket or chance of the host's
 * @returns a promise that settles when all runs were fine
 * @throws ExplorationError for the first run that was not, with the schedule for {@link replay};
 *   InvalidOptionsError; Error when the scenario is not deterministic
 */
export async function explore(name: string, scenario: Scenario, options: ExploreOptions = {}): Promise<void> {
  const { runs, seed, maxSteps, strategies } = checkExploreOptions(options);
  const explorer = createExplorer(strategies, seed);
  for (let run = 0; run < runs; run += 1) {
    const oracle = explorer.oracle(run);
    if (oracle === undefined) return;
    const outcome = await play(scenario, oracle, { maxSteps, traced: false });
    explorer.ended(run, outcome.choices);
    if (outcome.failure !== undefined || run === 0) await sameAgain(name, scenario, outcome, maxSteps);
    if (outcome.failure === undefined) continue;
    const played = await shortest(scenario, outcome, outcome.failure, maxSteps);
    const foundAt = { seed, run, steps: outcome.steps };
    throw new ExplorationError(name, played, played.failure ?? outcome.failure, foundAt);
  }
}

/**
 * Plays one schedule that {@link explore} has printed: the bug as a test.
 *
 * @param schedule - `v1:…`; choices beyond its end are the plainest
 * @throws ExplorationError when it fails, with the trace; RangeError when `schedule` is none
 */
export async function replay(
  name: string,
  schedule: string,
  scenario: Scenario,
  options: Pick<ExploreOptions, "maxSteps"> = {},
): Promise<void> {
  checkExploreOptions(options);
  const { maxSteps = MAX_STEPS } = options;
  const played = await play(scenario, listOracle(parseSchedule(schedule)), { maxSteps, traced: true });
  if (played.failure !== undefined) throw new ExplorationError(name, played, played.failure);
}

/**
 * Plays a scenario once on choices that come from elsewhere, from a property test's generator for instance.
 *
 * @param choose - out of `n` outcomes, an integer in [0, n); 0 is the plainest
 * @throws ExplorationError when it fails
 */
export async function playChoices(
  name: string,
  scenario: Scenario,
  choose: Oracle["choose"],
  options: Pick<ExploreOptions, "maxSteps"> = {},
): Promise<void> {
  checkExploreOptions(options);
  const { maxSteps = MAX_STEPS } = options;
  const played = await play(scenario, { choose }, { maxSteps, traced: true });
  if (played.failure !== undefined) throw new ExplorationError(name, played, played.failure);
}

/** Plays the choices of `outcome` twice more. @throws Error when that is not the same each time */
async function sameAgain(
  name: string,
  scenario: Scenario,
  outcome: Outcome,
  maxSteps: number,
): Promise<void> {
  const choices = outcome.choices.map(({ chosen }) => chosen);
  const once = await play(scenario, listOracle(choices), { maxSteps, traced: true });
  const twice = await play(scenario, listOracle(choices), { maxSteps, traced: true });
  const at = once.trace.findIndex((line, i) => line !== twice.trace[i]);
  const same =
    at < 0 &&
    once.trace.length === twice.trace.length &&
    outcome.steps === once.steps &&
    keyOf(once.failure) === keyOf(twice.failure) &&
    keyOf(outcome.failure) === keyOf(once.failure);
  if (same) return;
  const place = at < 0 ? Math.min(once.trace.length, twice.trace.length) : at;
  const line = (trace: readonly string[], end: Failure | undefined): string =>
    trace[place] ?? `the end: ${end?.error.message ?? "fine"}`;
  throw new Error(
    [
      `${name} is not deterministic: on the same choices it went another way. It uses a clock, a timer, a socket or`,
      "chance of the host's, or something that outlives a run",
      `  once:  ${line(once.trace, once.failure)}`,
      `  twice: ${line(twice.trace, twice.failure)}`,
    ].join("\n"),
  );
}

/** The shortest list of choices that fails in the same way, played with a trace. */
async function shortest(
  scenario: Scenario,
  outcome: Outcome,
  failure: Failure,
  maxSteps: number,
): Promise<Outcome> {
  const key = keyOf(failure);
  const choices = await shrink(
    outcome.choices.map(({ chosen }) => chosen),
    async (candidate) => {
      const played = await play(scenario, listOracle(candidate), { maxSteps, traced: false });
      return keyOf(played.failure) === key ? played.choices.map(({ chosen }) => chosen) : undefined;
    },
  );
  return play(scenario, listOracle(choices), { maxSteps, traced: true });
}

/** Which failure it is: pids, counts and times differ from run to run, and so does where something was begun. */
function keyOf(failure: Failure | undefined): string {
  if (failure === undefined) return "";
  const line = failure.error.message.split("\n")[0] ?? "";
  const text =
    failure.kind === "thrown" || failure.kind === "invariant" || failure.kind === "eventually" ? line : "";
  return `${failure.kind} ${failure.error.name} ${text.replaceAll(/\d+/g, "#")}`;
}
