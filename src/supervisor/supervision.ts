/**
 * One incarnation of a supervisor with children in order: what it does, step by step.
 *
 * Whatever changes the children is a job, and jobs wait for each other; reads do not wait. Jobs are
 * written as procedures, so that a restart whose steps take no time is over within the turn in which the
 * supervisor heard of the crash.
 *
 * @module
 */

import { type After, stop } from "../actors/answers.ts";
import { takeCrash } from "../actors/death.ts";
import type { Self } from "../actors/definition.ts";
import type { Process } from "../actors/process.ts";
import type { From } from "../actors/sending.ts";
import { startFailure } from "../actors/start-wait.ts";
import type { ChildSpec, StartOutcome } from "../core/child-spec.ts";
import { InvalidOptionsError, StartError } from "../core/errors.ts";
import { type ExitReason, SHUTDOWN } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import { endsSupervisor, isRestarted } from "../core/restart-policy.ts";
import type { CrashReport } from "../telemetry/events.ts";
import { childToStart } from "./calls.ts";
import { Child } from "./child.ts";
import { Jobs } from "./jobs.ts";
import { Orphans } from "./orphans.ts";
import { Overseer } from "./overseer.ts";
import { type Procedure, wait } from "./procedure.ts";
import { idTaken, notFound, notStopped } from "./refusals.ts";
import { restartPlan } from "./restart-plan.ts";
import { Restarts } from "./restarts.ts";
import { Siblings } from "./siblings.ts";
import { startReport } from "./start-report.ts";
import { childFaults, type SupervisorPlan } from "./supervisor-options.ts";

/** The state of a supervisor's process. */
export class Supervision {
  readonly #plan: SupervisorPlan;
  readonly #overseer: Overseer;
  readonly #restarts: Restarts;
  readonly #orphans: Orphans;
  readonly #jobs: Jobs;
  readonly #siblings = new Siblings();
  /** It has given up, or a significant child has ended: nothing is begun any more. */
  #ending = false;

  constructor(plan: SupervisorPlan, self: Self) {
    this.#plan = plan;
    this.#overseer = new Overseer(self, () => this.after());
    this.#restarts = new Restarts(this.#overseer, plan.restarts, (child) => this.#planFor(child).start);
    this.#jobs = new Jobs(this.#overseer);
    for (const spec of plan.children) this.#siblings.add(new Child(spec, this.#overseer));
    this.#orphans = new Orphans(self, () => this.children);
  }

  /** How an `init` or a `terminate` does a procedure. */
  get overseer(): Overseer {
    return this.#overseer;
  }

  /** Children in the order of their start; O(children). */
  get children(): readonly Child[] {
    return this.#siblings.all();
  }

  /** What comes after each handler. */
  after(): After<this> {
    return this.#ending ? stop(SHUTDOWN, this) : this;
  }

  /** Starts all children, one after the other. @returns why it cannot start, `undefined` when it has */
  *open(): Procedure<ExitReason | undefined> {
    const { children } = this;
    this.#restarts.tellWhenEndless(children);
    for (const child of children) {
      const outcome = yield* this.start(child);
      if (outcome.kind === "ignored") this.#rest(child);
      if (outcome.kind !== "failed") continue;
      this.#rest(child);
      yield* this.close();
      return {
        kind: "shutdown",
        detail: new StartError(`child "${child.id}" of ${this.#plan.id}`, outcome.reason),
      };
    }
    return undefined;
  }

  /** Stops all children, the last started first, one at a time. */
  *close(): Procedure<void> {
    this.#overseer.endBelowWithin(this.#plan.deadlineMs);
    this.#jobs.close();
    for (const child of this.#siblings.all().reverse()) yield* wait(child.stop);
    this.#orphans.none();
  }

  /** A linked process has ended; only children matter. */
  exited(pid: Pid, reason: ExitReason): void {
    const child = this.#siblings.of(pid);
    if (child?.process === undefined || child.phase !== "running") return;
    child.ended();
    this.#jobs.add(this.#afterExit(child, child.process, reason));
  }

  startChild(inputs: readonly unknown[], from: From<Pid>): void {
    try {
      const spec = childToStart(inputs);
      const faults = childFaults(spec, this.#plan.autoShutdown, this.#plan.restarts);
      if (faults.length > 0) throw new InvalidOptionsError(`startChild of ${this.#overseer.label}`, faults);
      this.#jobs.add(this.#startChild(spec, from));
    } catch (error) {
      from.fail(error);
    }
  }

  terminateChild(id: string, from: From<boolean>): void {
    this.#jobs.add(this.#terminateChild(id, from));
  }

  restartChild(id: string, from: From<Pid>): void {
    this.#jobs.add(this.#restartChild(id, from));
  }

  deleteChild(id: string, from: From<boolean>): void {
    this.#jobs.add(this.#deleteChild(id, from));
  }

  /** Does something to the children when its turn has come. */
  add(job: Procedure<void>): void {
    this.#jobs.add(job);
  }

  /** Stops a child, and keeps its spec unless it is temporary. */
  *halt(child: Child): Procedure<void> {
    yield* wait(child.stop);
    this.#rest(child);
  }

  /** By its id, or by the pid of its last incarnation. */
  find(child: string | Pid): Child | undefined {
    return typeof child === "string" ? this.#siblings.find(child) : this.#siblings.of(child);
  }

  /** Starts a child, and notes its incarnation. */
  *start(child: Child): Procedure<StartOutcome> {
    const { pid } = child;
    const outcome = yield* wait(child.start);
    if (outcome.kind === "started") this.#siblings.runs(child, pid);
    return outcome;
  }

  *#afterExit(child: Child, process: Process, reason: ExitReason): Procedure<void> {
    // An operation that came first has stopped it, or a sibling's restart has: both have reported its crash.
    if (child.phase !== "ended" || child.process !== process) return;
    const crash = takeCrash(process);
    if (isRestarted(child.restart, reason)) {
      yield* this.#restart(child, reason, crash);
      return;
    }
    if (crash !== undefined) this.#overseer.kernel.telemetry.emit("process:crashed", crash);
    yield* this.#staysDown(child);
  }

  *#staysDown(child: Child): Procedure<void> {
    yield* wait(child.over);
    this.#rest(child);
    // Those that are not significant go by the million, and nobody else is looked at for their sake.
    if (!child.significant) return;
    const others = this.children.filter((other) => other !== child);
    if (endsSupervisor(this.#plan.autoShutdown, child, others)) this.#end();
  }

  /**
   * Counts the restart, stops the siblings that the strategy names, and starts again at once or after a pause.
   *
   * @returns whether the child is left down instead
   */
  *#restart(child: Child, reason: ExitReason, crash: CrashReport | undefined): Procedure<boolean> {
    const delayMs = this.#restarts.count(child, reason, crash);
    if (delayMs === "giveUp") this.#end();
    else if (delayMs === "leave") yield* this.#staysDown(child);
    else yield* this.#restartIn(child, delayMs);
    return delayMs === "leave";
  }

  *#restartIn(child: Child, delayMs: number): Procedure<void> {
    child.phase = "restarting";
    for (const id of this.#planFor(child).stop) yield* this.#stopSibling(id);
    yield* wait(child.over);
    const { era } = child;
    if (delayMs === 0) return yield* this.#startAgain(child, era);
    const { clock } = this.#overseer.kernel.runtime;
    const again = (): void => this.#jobs.add(this.#startAgain(child, era));
    child.pause(clock.setTimer(() => this.#overseer.inTurn(again), delayMs));
  }

  *#startAgain(child: Child, era: number): Procedure<void> {
    if (child.era === era) yield* this.#startMembers(this.#planFor(child).start, child);
  }

  /** @param child - whose restart it is */
  *#startMembers(ids: readonly string[], child: Child): Procedure<void> {
    for (const id of ids) {
      const member = this.find(id);
      if (member === undefined || member.process !== undefined) continue;
      if (this.#awaitsNames(member)) {
        if (member !== child && child.phase === "restarting") child.phase = "stopped";
        return;
      }
      const outcome = yield* this.start(member);
      if (outcome.kind === "failed") {
        // Only the one whose start has failed is being restarted; the one that had ended is stopped like the rest.
        if (child.phase === "restarting") child.phase = "stopped";
        return this.#tryLater(member, outcome.reason);
      }
      if (outcome.kind === "ignored") this.#rest(member);
      else this.#restarts.done(member, outcome.pid);
    }
  }

  /** The start goes on from `member` when the registry of its names is back; no try is spent meanwhile. */
  #awaitsNames(member: Child): boolean {
    const { era } = member;
    const again = (): void => this.#jobs.add(this.#startAgain(member, era));
    return member.pauseForNames(() => this.#overseer.inTurn(again));
  }

  /** Whoever wrote to this supervisor in the meantime comes first: a shutdown above all. */
  #tryLater(child: Child, reason: ExitReason): void {
    child.phase = "restarting";
    const report = startReport(child, this.#overseer, reason);
    const { era } = child;
    this.#overseer.inLaterTurn(() => this.#jobs.add(this.#tryAgain(child, era, report)));
  }

  *#tryAgain(child: Child, era: number, report: CrashReport): Procedure<void> {
    if (child.era !== era) {
      // Somebody has stopped or started the child meanwhile: nobody counts this, but somebody may ask what happened.
      return this.#overseer.kernel.telemetry.emit("process:crashed", { ...report, fate: "stays down" });
    }
    const isLeft = yield* this.#restart(child, report.reason, report);
    if (!isLeft || this.#ending) return;
    // Those after it in the round wait for a start that its own has held up.
    const { start } = this.#planFor(child);
    yield* this.#startMembers(start.slice(start.indexOf(child.id) + 1), child);
  }

  *#stopSibling(id: string): Procedure<void> {
    const sibling = this.find(id);
    if (sibling === undefined) return;
    yield* wait(sibling.restart === "temporary" ? sibling.stop : sibling.stopForNow);
    if (sibling.restart === "temporary") this.#rest(sibling);
  }

  *#startChild(spec: ChildSpec, from: From<Pid>): Procedure<void> {
    const present = this.find(spec.id);
    if (present !== undefined) return from.fail(idTaken(present, this.#overseer.label));
    const child = new Child(spec, this.#overseer);
    this.#siblings.add(child);
    const outcome = yield* this.start(child);
    if (outcome.kind === "failed") this.#drop(child);
    this.#answer(child, outcome, from);
  }

  *#restartChild(id: string, from: From<Pid>): Procedure<void> {
    const child = this.find(id);
    if (child === undefined) return from.fail(notFound(id, this.#overseer.label));
    if (child.active) return from.fail(notStopped(child, this.#overseer.label));
    this.#answer(child, yield* this.start(child), from);
  }

  *#terminateChild(id: string, from: From<boolean>): Procedure<void> {
    const child = this.find(id);
    if (child === undefined) return from.reply(false);
    yield* this.halt(child);
    from.reply(true);
  }

  *#deleteChild(id: string, from: From<boolean>): Procedure<void> {
    const child = this.find(id);
    if (child === undefined) return from.reply(false);
    if (child.active) return from.fail(notStopped(child, this.#overseer.label));
    this.#drop(child);
    from.reply(true);
  }

  /** Nothing is begun any more; the process stops after this turn. */
  #end(): void {
    this.#ending = true;
    this.#jobs.close();
  }

  #answer(child: Child, outcome: StartOutcome, from: From<Pid>): void {
    if (outcome.kind === "started") return from.reply(outcome.pid);
    this.#rest(child);
    from.fail(startFailure(child.id, outcome));
  }

  /** It has no process and gets none by itself: its names are free; a temporary one is gone. */
  #rest(child: Child): void {
    child.phase = "stopped";
    child.release();
    if (child.restart === "temporary") this.#drop(child);
  }

  #drop(child: Child): void {
    child.release();
    this.#siblings.drop(child);
  }

  #planFor(child: Child) {
    const { strategy } = this.#plan;
    return restartPlan(strategy, strategy === "oneForOne" ? [child] : this.children, child.id);
  }
}
