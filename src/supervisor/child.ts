/**
 * One child of a supervisor: how it starts, how it is stopped, which names are kept for it.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import { takeCrash } from "../actors/death.ts";
import { startSpec } from "../actors/launch.ts";
import { livingFrom } from "../actors/leftovers.ts";
import { sendExit } from "../actors/links.ts";
import { type Process, processOf } from "../actors/process.ts";
import {
  type ChildSpec,
  namePortOf,
  type Restart,
  type ShutdownMs,
  type StartOutcome,
} from "../core/child-spec.ts";
import type { Timer } from "../core/clock.ts";
import { KILLED, SHUTDOWN } from "../core/exit-reason.ts";
import type { NamePort } from "../core/name.ts";
import { isTaking, type Pid } from "../core/pid.ts";
import type { CrashReport } from "../telemetry/events.ts";
import type { Overseer } from "./overseer.ts";
import type { Step } from "./procedure.ts";

/**
 * `stopped`: no process, and none to come · `starting` and `running` · `ended`: its process has died and
 * what follows is not decided yet · `stopping`: it has been told to end · `restarting`: it will start again.
 */
export type Phase = "stopped" | "starting" | "running" | "ended" | "stopping" | "restarting";

/** What a restart waits for: a time, or something that nobody knows the time of. */
type Pause = Pick<Timer, "cancel"> & Partial<Timer>;

const NONE: readonly never[] = Object.freeze([]);

/** A child and its incarnations, one at a time. There may be very many: what a child keeps is counted in bytes. */
export class Child {
  readonly id: string;
  readonly restart: Restart;
  readonly shutdownMs: ShutdownMs;
  readonly type: "worker" | "supervisor";
  readonly significant: boolean;
  /** Absent once a temporary child runs that nobody can start again: its argument is not kept. */
  spec: ChildSpec | undefined;
  phase: Phase = "stopped";
  /** The incarnation of which something is left. */
  process: Process | undefined = undefined;
  /** The last incarnation. */
  pid: Pid | undefined = undefined;
  /** Restarts in a row: what the backoff grows with. */
  restarts = 0;
  /** How long the last try ran, in milliseconds; 0 when it failed to start. */
  ranMs = 0;
  /** Goes up with every start and stop: what was planned before is void. */
  era = 0;
  readonly #overseer: Overseer;
  #reserved: readonly NamePort[] = NONE;
  #pause: Pause | undefined = undefined;
  /** Who waits for its end; made when somebody does, since most children are only started. */
  #stopped: (() => void)[] | undefined = undefined;
  #startedAtMs = 0;
  /** A start has not come to anything yet. */
  #pending = false;
  /** What the pending start comes to is not wanted any more. */
  #unwanted = false;

  constructor(spec: ChildSpec, overseer: Overseer) {
    this.id = spec.id;
    this.restart = spec.restart;
    this.shutdownMs = spec.shutdownMs;
    this.type = spec.type;
    this.significant = spec.significant;
    this.spec = spec;
    this.#overseer = overseer;
  }

  /** It runs, or is about to run. */
  get active(): boolean {
    return this.phase !== "stopped";
  }

  /** The incarnation that takes messages. */
  get taking(): Pid | undefined {
    return this.phase === "running" && this.pid !== undefined && isTaking(this.pid) ? this.pid : undefined;
  }

  /** Starts it. A start that failed is over when nothing of the process is left. */
  get start(): Step<StartOutcome> {
    return (done) => this.#start(done);
  }

  #start(done: (outcome: StartOutcome) => void): void {
    const { kernel, process: parent } = this.#overseer;
    const again = this.phase === "restarting";
    this.resume();
    this.era += 1;
    this.phase = again ? "restarting" : "starting";
    this.#pending = true;
    this.#unwanted = false;
    this.#reserve();
    let early: StartOutcome | undefined;
    let returned = false;
    this.process = startSpec(kernel, this.spec as ChildSpec, this.#birth(parent), {
      came: (outcome) => {
        if (returned) this.#started(outcome, done);
        else early = outcome;
      },
    });
    returned = true;
    if (early !== undefined) this.#started(early, done);
  }

  /** Stops it as its spec says; ready when nothing of it is left. At once when there is nothing. */
  get stop(): Step<void> {
    return (done) => this.#stop("stays down", done);
  }

  /** As {@link stop}, for a sibling's sake: it will start again. */
  get stopForNow(): Step<void> {
    return (done) => this.#stop("restarted", done);
  }

  #stop(fate: CrashReport["fate"], done: () => void): void {
    this.resume();
    this.era += 1;
    const { process } = this;
    if (process === undefined) {
      this.#unwanted = this.#pending;
      this.phase = "stopped";
      return done();
    }
    this.#stopped ??= [];
    this.#stopped.push(done);
    if (this.phase === "stopping") return;
    this.phase = "stopping";
    this.#tellToEnd(process, fate);
  }

  /** Ready when nothing of the incarnation that ended is left. */
  get over(): Step<void> {
    return (done) => {
      const { process } = this;
      if (process === undefined) return done();
      process.whenOver(() => {
        if (this.process === process) this.process = undefined;
        done();
      });
    };
  }

  /** Its process has died by itself; what follows is decided when it is its turn. */
  ended(): void {
    this.phase = "ended";
    this.ranMs = this.#overseer.kernel.runtime.clock.now() - this.#startedAtMs;
  }

  /**
   * Waits, instead of a start that would fail, until its names can be taken: their registry is down.
   *
   * @param up - called back once, when it is worth looking again
   * @returns `false`, with nothing kept, when they can be taken now
   */
  pauseForNames(up: () => void): boolean {
    for (const name of (this.spec as ChildSpec).names) {
      const cancel = namePortOf(name).whenUp?.(up);
      if (cancel === undefined) continue;
      this.phase = "restarting";
      this.pause({ cancel });
      return true;
    }
    return false;
  }

  /** Waits before the next start; a start or a stop in the meantime calls it off. */
  pause(timer: Pause): void {
    this.#pause = timer;
    this.#overseer.process.timers().add(timer);
  }

  /** Milliseconds until the next try; `undefined` while none is planned for a time. */
  get restartsInMs(): number | undefined {
    return this.#pause?.remainingMs?.();
  }

  /** Ends a pause. */
  resume(): void {
    if (this.#pause === undefined) return;
    this.#overseer.process.ties?.timers?.delete(this.#pause);
    this.#pause.cancel();
    this.#pause = undefined;
  }

  /** Its names are free for others, once they are not held. */
  release(): void {
    for (const port of this.#reserved) port.release(this);
    this.#reserved = NONE;
  }

  /** A child that never restarts needs no reservation: its names are its own while it lives. */
  #reserve(): void {
    if (this.restart === "temporary" || this.#reserved.length > 0) return;
    const ports = (this.spec as ChildSpec).names.map(namePortOf);
    // A name that is not to be had makes the start fail, with the holder in the message.
    this.#reserved = ports.filter((port) => port.reserve(this, this.id));
  }

  #birth(parent: Process) {
    const birth = { parent, linked: true, supervised: true, reservation: this };
    // A supervisor with all the time there is takes it on its own path too: it leaves no child behind.
    const endless = this.type === "supervisor" && this.shutdownMs === "infinity";
    return endless ? { ...birth, graceMs: Number.POSITIVE_INFINITY } : birth;
  }

  #started(outcome: StartOutcome, done: (outcome: StartOutcome) => void): void {
    this.#pending = false;
    if (outcome.kind === "started") {
      const process = processOf(outcome.pid);
      if (this.#unwanted) {
        sendExit(process, this.#overseer.process, KILLED, true);
        return done({ kind: "failed", reason: KILLED });
      }
      this.process = process;
      this.pid = outcome.pid;
      this.#startedAtMs = this.#overseer.kernel.runtime.clock.now();
      if (this.phase !== "stopping") this.phase = "running";
      return done(outcome);
    }
    this.ranMs = 0;
    this.over(() => done(outcome));
  }

  #tellToEnd(process: Process, fate: CrashReport["fate"]): void {
    const { kernel, process: parent, label } = this.#overseer;
    const { shutdownMs } = this;
    let killed = false;
    const kill = (): void => {
      killed = true;
      sendExit(process, parent, KILLED, true);
    };
    const limit = new Deadline(() => {
      if (typeof shutdownMs === "number") {
        const left = this.type === "supervisor" ? livingFrom(process) : [process];
        const leftovers = left.map((one) => one.label);
        const which = { supervisor: label, id: this.id, shutdownMs, leftovers };
        kernel.telemetry.emit("child:shutdownTimedOut", which);
      }
      kill();
    });
    // One that is dead already only closes what it owned.
    if (process.status !== "dead") {
      if (shutdownMs === "brutalKill") kill();
      else {
        kernel.deadlines.arm(limit, shutdownMs === "infinity" ? Number.POSITIVE_INFINITY : shutdownMs);
        sendExit(process, parent, SHUTDOWN, false);
      }
    }
    process.whenOver((reason) => {
      kernel.deadlines.cancel(limit);
      this.process = undefined;
      this.phase = "stopped";
      // Killed for being late, by this supervisor or by one above that has killed both.
      const isLate =
        reason.kind === "killed" && (killed || this.#overseer.isLate || parent.status === "dead");
      if (!isLate) this.#reportCrash(process, fate);
      const told = this.#stopped ?? [];
      this.#stopped = undefined;
      for (const stopped of told) stopped();
    });
  }

  /** It was told to end and crashed instead. */
  #reportCrash(process: Process, fate: CrashReport["fate"]): void {
    const crash = takeCrash(process);
    if (crash === undefined) return;
    this.#overseer.kernel.telemetry.emit("process:crashed", { ...crash, toldToEnd: true, fate });
  }
}
