/**
 * The restarts of one supervisor: each is counted, told, and given its delay.
 *
 * @module
 */

import { backoffMs } from "../core/backoff.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import {
  chargeRestart,
  mostRestarts,
  type RestartHistory,
  restartHistory,
  type Sentence,
  type WholeBudget,
  wholeBudget,
} from "../core/restart-intensity.ts";
import type { CrashReport, RestartReport } from "../telemetry/events.ts";
import type { Child } from "./child.ts";
import type { Overseer } from "./overseer.ts";
import type { RestartPolicy } from "./restart-options.ts";

/** What becomes of a child that is to be restarted: so many milliseconds until it may start, or what ends that. */
export type RestartSentence = number | Exclude<Sentence, "restart">;

const FATES = { restart: "restarted", giveUp: "supervisor gives up", leave: "stays down" } as const;

/** One count for all children, and one for each that has a budget of its own. */
export class Restarts {
  readonly #overseer: Overseer;
  readonly #policy: RestartPolicy;
  readonly #groupOf: (child: Child) => readonly string[];
  readonly #together: WholeBudget;
  readonly #history = restartHistory();
  /** Made for the first child with a budget: very many have none. */
  #own: WeakMap<Child, RestartHistory> | undefined = undefined;

  /** @param groupOf - ids of those who start when a child is restarted */
  constructor(overseer: Overseer, policy: RestartPolicy, groupOf: (child: Child) => readonly string[]) {
    this.#overseer = overseer;
    this.#policy = policy;
    this.#groupOf = groupOf;
    this.#together = wholeBudget(policy.limit);
  }

  /**
   * Counts one more restart, and tells of it.
   *
   * @param crash - what the child's end looked like; absent when it ended in order
   * @returns milliseconds until the child may start, or what follows because a budget is spent
   */
  count(child: Child, reason: ExitReason, crash: CrashReport | undefined): RestartSentence {
    const { telemetry } = this.#overseer.kernel;
    const budget = this.#budgetOf(child);
    const { maxRestarts, periodMs } = budget ?? this.#together;
    const { clock } = this.#overseer.kernel.runtime;
    const history = budget === undefined ? this.#history : this.#ownOf(child);
    const sentence = chargeRestart(history, clock.now(), budget ?? this.#together);
    const attempt = history.length;
    const report =
      crash === undefined
        ? undefined
        : { ...crash, restart: { attempt, maxRestarts }, fate: FATES[sentence] };
    if (report !== undefined) telemetry.emit("process:crashed", report);
    const which = {
      supervisor: this.#overseer.label,
      id: child.id,
      pid: child.pid,
      reason,
      budget: budget === undefined ? ("supervisor" as const) : ("child" as const),
      maxRestarts,
    };
    if (sentence === "restart") {
      const delayMs = this.#delayOf(child);
      this.#tell(child, { ...which, attempt, delayMs, crash: report });
      return delayMs;
    }
    telemetry.emit(sentence === "giveUp" ? "supervisor:gaveUp" : "child:leftDown", { ...which, periodMs });
    return sentence;
  }

  /** Tells, before anything has failed, when a limit was set that cannot be reached. */
  tellWhenEndless(children: readonly Child[]): void {
    const together: Child[] = [];
    for (const child of children) {
      if (child.restart === "temporary") continue;
      const budget = this.#budgetOf(child);
      if (budget === undefined) together.push(child);
      else this.#tellIfEndless(budget, [child], { id: child.id });
    }
    if (together.length > 0) this.#tellIfEndless(this.#together, together, {});
  }

  /** Tells that a child is back. */
  done(child: Child, pid: Pid): void {
    const { kernel, label } = this.#overseer;
    kernel.telemetry.emit("child:restarted", { supervisor: label, id: child.id, pid });
  }

  #tell(child: Child, what: Omit<RestartReport, "group">): void {
    const { kernel, label } = this.#overseer;
    const { onRestart } = this.#policy;
    if (onRestart === undefined && !kernel.telemetry.heard("child:restarting")) return;
    const restart = { ...what, group: this.#groupOf(child) };
    kernel.telemetry.emit("child:restarting", restart);
    if (onRestart === undefined) return;
    const failed = (error: unknown): void =>
      kernel.telemetry.emit("listener:failed", { event: `onRestart of ${label}`, error });
    kernel.asPlainCode(() => {
      try {
        const told: unknown = onRestart(restart);
        if (told instanceof Promise) told.catch(failed);
      } catch (error) {
        failed(error);
      }
    });
  }

  #budgetOf(child: Child): WholeBudget | undefined {
    const budget = child.spec?.budget ?? this.#policy.childBudget;
    return budget === undefined ? undefined : wholeBudget(budget);
  }

  #ownOf(child: Child): RestartHistory {
    this.#own ??= new WeakMap();
    let history = this.#own.get(child);
    if (history === undefined) {
      history = restartHistory();
      this.#own.set(child, history);
    }
    return history;
  }

  #tellIfEndless(limit: WholeBudget, children: readonly Child[], which: { readonly id?: string }): void {
    const { maxRestarts, periodMs } = limit;
    if (maxRestarts === Number.POSITIVE_INFINITY) return;
    const backoffs = children.map(({ spec }) => spec?.backoff ?? this.#policy.backoff);
    const most = mostRestarts(limit, backoffs);
    if (most > maxRestarts) return;
    const { kernel, label } = this.#overseer;
    const what = { ...which, maxRestarts, periodMs, mostRestarts: most };
    kernel.telemetry.emit("supervisor:cannotGiveUp", { supervisor: label, ...what });
  }

  /** Waits grow with the restarts of this very child, and are forgotten when it has run for long enough. */
  #delayOf(child: Child): number {
    const backoff = child.spec?.backoff ?? this.#policy.backoff;
    if (backoff === undefined) return 0;
    const { random } = this.#overseer.kernel.runtime;
    if (child.ranMs > (backoff.resetAfterMs ?? this.#policy.limit.periodMs)) child.restarts = 0;
    child.restarts += 1;
    return backoffMs(backoff, child.restarts, random);
  }
}
