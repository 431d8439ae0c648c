/**
 * How a process ends: first *stopping* (no message is taken any more, `terminate` may run), then *dead*,
 * in one turn: names and entries → open calls → links and monitors → timers. User code (abort listeners,
 * closers, telemetry) runs after that turn.
 *
 * @module
 */

import type { FaultOwner } from "../core/attribution.ts";
import { ActorError } from "../core/errors.ts";
import { type ExitReason, errorReason, isOrderly, NORMAL } from "../core/exit-reason.ts";
import type { Runnable } from "../core/scheduler.ts";
import { isThenable } from "../core/thenable.ts";
import type { CrashReport } from "../telemetry/events.ts";
import type { Door } from "./behaviour.ts";
import { crashReport } from "./crash-report.ts";
import { Deadline } from "./deadlines.ts";
import type { Doing } from "./doing.ts";
import { spreadDeath } from "./links.ts";
import { isLetter, type Mailbox } from "./mailbox.ts";
import { type ExitSignal, type Kernel, type Process, type Signal, SUSPENDED, type Ties } from "./process.ts";
import { shownError } from "./redaction.ts";
import { deadLetter, type PendingCall } from "./sending.ts";
import { forgetWaits } from "./waits.ts";

/** Takes no message from now on: what waits is rejected, lookups stop showing the process. */
export function beginStopping(process: Process, reason: ExitReason): void {
  if (process.status === "stopping" || process.status === "dead") return;
  process.status = "stopping";
  process.reason = reason;
  const { ties } = process;
  if (ties !== undefined) {
    ties.idle?.cancel();
    if (ties.watchers !== undefined) for (const watcher of [...ties.watchers]) watcher.stopping(process.pid);
  }
  rejectQueued(process, reason);
}

/** Dead, in this turn. `doing` is known when its own code failed. */
export function die(process: Process, reason: ExitReason, doing?: Doing): void {
  if (process.status === "dead") return;
  const { kernel } = process;
  const wasStarting = process.status === "starting";
  beginStopping(process, reason);
  const crash = !wasStarting && isCrash(process, reason) ? crashReport(process, reason, doing) : undefined;
  process.status = "dead";
  process.reason = reason;
  if (process !== kernel.root) kernel.table.remove(process);
  detachHandler(process);
  if (process.supervised && crash !== undefined) process.tie().crash = crash;
  const { ties } = process;
  if (ties !== undefined) {
    const { watchers } = ties;
    ties.watchers = undefined;
    if (watchers !== undefined) for (const watcher of watchers) watcher.died(process.pid, reason);
    if (ties.open !== undefined) {
      for (const call of [...ties.open]) call.exited(reason, "unknown");
      ties.open.clear();
    }
  }
  rejectQueued(process, reason);
  spreadDeath(process, reason);
  if (ties?.timers !== undefined) {
    for (const timer of [...ties.timers]) timer.cancel();
    ties.timers.clear();
  }
  process.mailbox = undefined;
  if (process.signals !== undefined) endSignals(process, process.signals);
  process.signals = undefined;
  process.state = undefined;
  process.completion = undefined;
  process.current = undefined;
  // Its children name it: a chain of starts without end would keep all its dead.
  if (process.parent?.status === "dead") process.parent = undefined;
  afterwards(process, reason, crash);
}

/** The crash of a dead child, for the supervisor that reports it; given out once. */
export function takeCrash(process: Process): CrashReport | undefined {
  const crash = process.ties?.crash;
  if (process.ties !== undefined) process.ties.crash = undefined;
  return crash;
}

/** What a handler that still runs answers later is dropped; until then it is counted. */
export function detachHandler(process: Process): void {
  forgetWaits(process);
  const { suspension } = process;
  if (suspension === undefined) return;
  process.suspension = undefined;
  if (suspension === SUSPENDED) return;
  const receiver = process.ties?.receiver;
  if (receiver === undefined) {
    suspension.counted = true;
    process.kernel.zombies += 1;
    if (process.behaviour.bare) process.tie().zombie = suspension;
  } else {
    // Waiting in receive is no handler: nothing of it runs on.
    process.kernel.deadlines.cancel(receiver.deadline);
    process.tie().receiver = undefined;
  }
}

/** A bare process that runs on detached has come to a receive: nothing of it runs any more. */
export function settleZombie({ kernel, ties }: Process): void {
  if (ties?.zombie?.counted !== true) return;
  ties.zombie.counted = false;
  kernel.zombies -= 1;
}

/**
 * Signals that came before its end, but after what it ended by: faults are told of as later ones are,
 * and what came aside is refused.
 */
export function endSignals(process: Process, signals: readonly Signal[]): void {
  for (const signal of signals) {
    if ("door" in signal) refuseQueued(signal.door, signal.payload, signal.call, process.reason ?? NORMAL);
  }
  const faults = signals.filter((signal) => "fault" in signal);
  if (faults.length === 0) return;
  process.kernel.runtime.scheduler.ready({
    run: () => {
      for (const { fault } of faults) process.fault(fault);
      return faults.length;
    },
  });
}

/** What waits in the mailbox will not be handled: calls are rejected, the rest are dead letters. */
function rejectQueued(process: Process, reason: ExitReason): void {
  const { mailbox } = process;
  if (mailbox === undefined) return;
  process.voids = 0;
  if (mailbox.length === 0) return;
  let letters = mailbox.length;
  for (let at = mailbox.peekOther(0); at >= 0; at = mailbox.peekOther(at + 1)) {
    refuseQueued(mailbox.door, mailbox.payload, mailbox.call, reason);
    letters -= 1;
  }
  process.mailbox = undefined;
  if (letters === 0) return;
  process.kernel.lettersLeft += letters;
  process.kernel.runtime.scheduler.ready(new DeadLetters(process, mailbox, letters));
}

/** How many dead letters are told of in one turn: a million of them must not hold up everybody else. */
const LETTERS_A_TURN = 500;

/** Tells of the messages of a mailbox that nobody will handle. */
class DeadLetters implements Runnable {
  readonly #kernel: Kernel;
  readonly #to: string;
  readonly #mailbox: Mailbox;
  #left: number;

  constructor({ kernel, label }: Process, mailbox: Mailbox, left: number) {
    this.#kernel = kernel;
    this.#to = label;
    this.#mailbox = mailbox;
    this.#left = left;
  }

  run(): number {
    const kernel = this.#kernel;
    const mailbox = this.#mailbox;
    const toTell = Math.min(this.#left, LETTERS_A_TURN);
    for (let told = 0; told < toTell && mailbox.take(); ) {
      const { door, payload } = mailbox;
      if (!isLetter(door)) continue;
      const kind = door.kind === "cast" ? "cast" : "message";
      deadLetter(kernel, { to: this.#to, kind, message: payload, why: "stopping" });
      told += 1;
    }
    this.#left -= toTell;
    kernel.lettersLeft -= toTell;
    if (this.#left > 0) kernel.runtime.scheduler.ready(this);
    return toTell;
  }
}

/** What is no cast and no message, and will not be handled, hears that it will not. */
export function refuseQueued(door: Door, payload: unknown, call: unknown, reason: ExitReason): void {
  if (door.kind === "call" || door.kind === "system") (call as PendingCall).exited(reason, "no");
  else if (door.kind === "exit") (payload as ExitSignal).effect = "void";
}

function isCrash(process: Process, reason: ExitReason): boolean {
  return !isOrderly(reason) && reason.kind !== "noproc" && process !== process.kernel.root;
}

/** User code, after the turn of the death; nothing is queued when there is none. */
function afterwards(process: Process, reason: ExitReason, crash: CrashReport | undefined): void {
  const { ties, kernel } = process;
  const { telemetry } = kernel;
  const report = crash !== undefined && !process.supervised ? crash : undefined;
  const closes = ties?.owned !== undefined && ties.owned.length > 0;
  if (closes) kernel.closing.add(process);
  else finish(process, reason);
  if (!closes && report === undefined && ties?.abort === undefined && !telemetry.heard("process:exited"))
    return;
  // Before whoever else is ready: of many that die at once, none keeps what it tells until all of them are dead.
  kernel.runtime.scheduler.readyFirst({
    run: () => {
      if (report !== undefined) telemetry.emit("process:crashed", report);
      telemetry.emit("process:exited", { pid: process.pid, label: process.label, reason });
      abort(process, reason);
      if (closes) void closeAll(process, ties, reason);
      return 1;
    },
  });
}

/** Abort listeners run in the context of the process that made the signal. */
export function abort(process: Process, reason: ExitReason): void {
  const { ties, kernel } = process;
  if (ties?.abort === undefined || ties.abort.signal.aborted) return;
  const { abort: controller } = ties;
  kernel.runtime.attribution.run(process, () => controller.abort(reason));
}

/** Closes what the process owned, last first; one that fails or hangs does not keep the others open. */
async function closeAll(process: Process, ties: Ties, reason: ExitReason): Promise<void> {
  const { kernel, label } = process;
  let late!: () => void;
  const patience = new Promise<"late">((resolve) => {
    late = () => resolve("late");
  });
  const limit = new Deadline(late);
  kernel.deadlines.arm(limit, process.graceMs);
  // Not the process itself: what a handler does that outlived its process is refused, what a closer does is not.
  const closer: FaultOwner = { fault: (error) => process.fault(error) };
  for (let owned = ties.owned?.pop(); owned !== undefined; owned = ties.owned?.pop()) {
    const { resource, close } = owned;
    try {
      const closing = kernel.runtime.attribution.run(closer, () => close(resource as never));
      if (isThenable(closing) && (await Promise.race([closing, patience])) === "late") {
        throw new Error(`a closer did not settle within ${process.graceMs} ms and is not waited for`);
      }
    } catch (error) {
      kernel.telemetry.emit("cleanup:failed", {
        label,
        what: "closing what it owned",
        error: shownError(process, error),
      });
    }
  }
  kernel.deadlines.cancel(limit);
  finish(process, reason);
}

function finish(process: Process, reason: ExitReason): void {
  process.kernel.closing.delete(process);
  process.over = true;
  const { ties } = process;
  if (ties?.overs === undefined) return;
  const { overs } = ties;
  ties.overs = undefined;
  for (const over of overs) over(reason);
}

/** What is asked of a process by its own code that runs on after its death is refused. */
export function afterEnd(process: Process, what: string): ActorError {
  return new ActorError("ERR_DETACHED", "no", `${process.label} has died, so that it ${what}`);
}

/** The reason a process dies with when its own code threw `thrown`. */
export function reasonOfThrow(thrown: unknown): ExitReason {
  return ExitNow.is(thrown) ? thrown.reason : errorReason(thrown);
}

/** Thrown by `self.exit`: not an error, so that no report takes it for one. */
export class ExitNow {
  readonly #reason: ExitReason;

  constructor(reason: ExitReason) {
    this.#reason = reason;
  }

  get reason(): ExitReason {
    return this.#reason;
  }

  /** Looks for the private field, since `instanceof` runs the traps of a proxy that was thrown. */
  static is(thrown: unknown): thrown is ExitNow {
    return typeof thrown === "object" && thrown !== null && #reason in thrown;
  }
}
