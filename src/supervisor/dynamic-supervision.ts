/**
 * One incarnation of a dynamic supervisor: children that come and go, each for itself.
 *
 * Nothing waits for anything but its own child: starts, stops and restarts run side by side.
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
import { InvalidOptionsError } from "../core/errors.ts";
import { type ExitReason, SHUTDOWN } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import { isRestarted } from "../core/restart-policy.ts";
import type { CrashReport } from "../telemetry/events.ts";
import { childToStart } from "./calls.ts";
import { Child } from "./child.ts";
import { Orphans } from "./orphans.ts";
import { Overseer } from "./overseer.ts";
import { all, type Procedure, type Step, wait } from "./procedure.ts";
import { tooMany } from "./refusals.ts";
import { Restarts } from "./restarts.ts";
import { StartGate } from "./start-gate.ts";
import { startReport } from "./start-report.ts";
import { childFaults, type DynamicSupervisorPlan } from "./supervisor-options.ts";

/** The state of a dynamic supervisor's process. */
export class DynamicSupervision {
  readonly overseer: Overseer;
  readonly #plan: DynamicSupervisorPlan;
  readonly #restarts: Restarts;
  readonly #orphans: Orphans;
  readonly #gate: StartGate;
  readonly #children = new Set<Child>();
  /** By their last incarnation. */
  readonly #byPid = new Map<Pid, Child>();
  #ending = false;

  constructor(plan: DynamicSupervisorPlan, self: Self) {
    this.#plan = plan;
    this.overseer = new Overseer(self, () => this.after());
    this.#restarts = new Restarts(this.overseer, plan.restarts, ({ id }) => [id]);
    this.#gate = new StartGate(plan.maxStarting, (go) => this.overseer.inTurn(go));
    this.#orphans = new Orphans(self, () => this.#children);
  }

  get children(): ReadonlySet<Child> {
    return this.#children;
  }

  /** What comes after each handler. */
  after(): After<this> {
    return this.#ending ? stop(SHUTDOWN, this) : this;
  }

  /** Stops all children at once, each within its own time. */
  *close(): Procedure<void> {
    this.overseer.endBelowWithin(this.#plan.deadlineMs);
    this.#ending = true;
    yield* wait(all(Array.from(this.#children, (child) => child.stop)));
    this.#orphans.none();
  }

  exited(pid: Pid, reason: ExitReason): void {
    const child = this.#byPid.get(pid);
    if (child?.process === undefined || child.phase !== "running") return;
    child.ended();
    this.#do(this.#afterExit(child, child.process, reason));
  }

  startChild(inputs: readonly unknown[], from: From<Pid>): void {
    try {
      const spec = childToStart(inputs);
      const faults = childFaults(spec, "never", this.#plan.restarts);
      if (faults.length > 0) throw new InvalidOptionsError(`startChild of ${this.overseer.label}`, faults);
      this.#checkRoom();
      if (!this.#ending) this.#startChild(new Child(spec, this.overseer), from);
    } catch (error) {
      from.fail(error);
    }
  }

  /**
   * Starts a child whose start takes no time, in the turn of whoever asks.
   *
   * @throws ActorError `ERR_MAX_CHILDREN`; what its start threw
   */
  startNow(spec: ChildSpec): Pid {
    this.#checkRoom();
    const child = new Child(spec, this.overseer);
    this.#children.add(child);
    let outcome: StartOutcome | undefined;
    child.start((come) => {
      outcome = come;
    });
    if (outcome !== undefined && this.#runs(child, outcome)) return outcome.pid;
    this.#drop(child);
    throw thrownBy(child, outcome as Exclude<StartOutcome, { kind: "started" }>);
  }

  terminateChild(pid: Pid, from: From<boolean>): void {
    const child = this.#byPid.get(pid);
    if (child === undefined) return from.reply(false);
    if (this.#ending) return;
    this.overseer.step(child.stop, () => {
      this.#drop(child);
      from.reply(true);
    });
  }

  #startChild(child: Child, from: From<Pid>): void {
    this.#children.add(child);
    this.overseer.step(this.#starting(child), (outcome) => {
      if (this.#runs(child, outcome)) return from.reply(outcome.pid);
      this.#drop(child);
      from.fail(startFailure(child.id, outcome as Exclude<StartOutcome, { kind: "started" }>));
    });
  }

  *#afterExit(child: Child, process: Process, reason: ExitReason): Procedure<void> {
    const crash = takeCrash(process);
    if (isRestarted(child.restart, reason)) return yield* this.#restart(child, reason, crash);
    if (crash !== undefined) this.overseer.kernel.telemetry.emit("process:crashed", crash);
    this.#drop(child);
  }

  /** Counts the restart, and starts again when the old incarnation is over and the pause has passed. */
  *#restart(child: Child, reason: ExitReason, crash: CrashReport | undefined): Procedure<void> {
    const delayMs = this.#restarts.count(child, reason, crash);
    if (delayMs === "leave") return this.#drop(child);
    if (delayMs === "giveUp") {
      this.#ending = true;
      return;
    }
    child.phase = "restarting";
    const { era } = child;
    yield* wait(child.over);
    if (child.era !== era) return;
    if (delayMs === 0) return yield* this.#startAgain(child, era);
    const { clock } = this.overseer.kernel.runtime;
    const again = (): void => this.#do(this.#startAgain(child, era));
    child.pause(clock.setTimer(() => this.overseer.inTurn(again), delayMs));
  }

  *#startAgain(child: Child, era: number): Procedure<void> {
    if (child.era !== era) return;
    // No try is spent while the registry of its names is down.
    const again = (): void => this.#do(this.#startAgain(child, era));
    if (child.pauseForNames(() => this.overseer.inTurn(again))) return;
    const before = child.pid;
    const outcome = yield* wait(this.#starting(child));
    if (this.#runs(child, outcome)) {
      if (before !== undefined) this.#byPid.delete(before);
      return this.#restarts.done(child, outcome.pid);
    }
    if (outcome.kind === "failed" && child.phase === "restarting") this.#tryLater(child, outcome.reason);
    else this.#drop(child);
  }

  /** Whoever wrote to this supervisor in the meantime comes first: a shutdown above all. */
  #tryLater(child: Child, reason: ExitReason): void {
    const report = startReport(child, this.overseer, reason);
    const { era } = child;
    this.overseer.inLaterTurn(() => {
      if (child.era === era) this.#do(this.#restart(child, reason, report));
      // Somebody has stopped the child meanwhile: nobody counts this, but somebody may ask what happened.
      else this.overseer.kernel.telemetry.emit("process:crashed", { ...report, fate: "stays down" });
    });
  }

  /** Notes that a child runs. */
  #runs(child: Child, outcome: StartOutcome): outcome is Extract<StartOutcome, { kind: "started" }> {
    if (outcome.kind !== "started") return false;
    this.#byPid.set(outcome.pid, child);
    if (child.restart === "temporary") child.spec = undefined;
    return true;
  }

  /** Its start, when it is its turn; none when it has been stopped meanwhile. */
  #starting(child: Child): Step<StartOutcome> {
    const { era } = child;
    return this.#gate.pass(child.start, () => child.era === era && !this.#ending);
  }

  /** Counted from the set itself: children that start or wait for a restart are in it. */
  #checkRoom(): void {
    const { maxChildren } = this.#plan;
    if (this.#children.size >= maxChildren) throw tooMany(maxChildren, this.overseer.label);
  }

  #do(procedure: Procedure<void>): void {
    if (!this.#ending) this.overseer.begin(procedure, () => undefined);
  }

  #drop(child: Child): void {
    child.phase = "stopped";
    child.release();
    this.#children.delete(child);
    if (child.pid !== undefined) this.#byPid.delete(child.pid);
  }
}

/** Its own error where it has one: whoever started it is told in the same turn. */
function thrownBy(child: Child, outcome: Exclude<StartOutcome, { kind: "started" }>): unknown {
  const { reason } = outcome as { readonly reason?: ExitReason };
  return reason?.kind === "error" ? reason.error : startFailure(child.id, outcome);
}
