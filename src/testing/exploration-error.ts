/**
 * What a failed exploration says: how to see it again, and what happened, step by step.
 *
 * @module
 */

import type { Failure, FailureKind, Outcome } from "./play.ts";
import { formatSchedule } from "./schedule.ts";
import { choicesThatMatter } from "./shrink.ts";

/** Lines of a trace that go into a message; all are in `trace`. */
const LINES = 60;

/** Where a failing run was found; absent for a replay. */
export interface FoundAt {
  readonly seed: number;
  readonly run: number;
  readonly steps: number;
}

/** A run of a scenario has failed; `cause` is what it failed with. */
export class ExplorationError extends Error {
  static {
    this.prototype.name = "ExplorationError";
  }
  readonly kind: FailureKind;
  /** For `replay`. */
  readonly schedule: string;
  /** How many choices of the schedule are not the plainest. */
  readonly choices: number;
  /** One line a step: who, what, which choice of how many, at what time. */
  readonly trace: readonly string[];
  readonly foundAt: FoundAt | undefined;

  constructor(name: string, played: Outcome, failure: Failure, foundAt?: FoundAt) {
    const chosen = played.choices.map((choice) => choice.chosen);
    const schedule = formatSchedule(chosen);
    const choices = choicesThatMatter(chosen);
    const found =
      foundAt &&
      `seed=${foundAt.seed} run=${foundAt.run} steps=${foundAt.steps}, shrunk to ${played.steps} steps and ${choices} choices`;
    const more = played.trace.length - LINES;
    const lines = [
      `${name}: ${failure.error.message}`,
      found,
      `await replay(${JSON.stringify(name)}, ${JSON.stringify(schedule)}, scenario);`,
      more > 0 ? `(${more} steps before these)` : undefined,
      ...played.trace.slice(-LINES),
    ];
    super(lines.filter((line) => line !== undefined).join("\n  "), { cause: failure.error });
    this.kind = failure.kind;
    this.schedule = schedule;
    this.choices = choices;
    this.trace = played.trace;
    this.foundAt = foundAt;
  }
}
