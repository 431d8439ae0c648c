/**
 * One slice of a process: what a settled handler left, then signals, then messages, up to a limit.
 *
 * @module
 */

import { errorReason, NORMAL } from "../core/exit-reason.ts";
import { abort, beginStopping, die, endSignals, refuseQueued } from "./death.ts";
import { handle, handleContinue } from "./handling.ts";
import { Mailbox } from "./mailbox.ts";
import type { ExitSignal, Process, Sidelined } from "./process.ts";
import { offerMessages } from "./receiving.ts";
import { deathReason, exitEffect } from "./signals.ts";
import { fallByFault, stopWith } from "./terminating.ts";
import { lookAtWaits } from "./waits.ts";

/**
 * Gives `process` its turn.
 *
 * @param limit - how many messages at the most
 * @returns how many steps it took, at least 1
 */
export function slice(process: Process, limit: number): number {
  const { kernel } = process;
  if (kernel.freshWait !== undefined) lookAtWaits(kernel);
  if (
    process.status === "dead" ||
    (process.busy && process.signals === undefined && process.ties?.receiver === undefined)
  ) {
    return 1;
  }
  const outer = kernel.running;
  kernel.running = process;
  const { scope } = process;
  let steps = 1;
  try {
    if (scope !== undefined) steps = scope.runInAsyncScope(runSteps, process, limit);
    else if (process.behaviour.infrastructure) steps = runSteps.call(process, limit);
    else steps = runEarly(process, limit);
  } catch (error) {
    fellAnswering(process, error);
  }
  kernel.running = outer;
  return steps;
}

/** A process that has one turn only needs no context of its own to keep: one is made for its second turn. */
function runEarly(process: Process, limit: number): number {
  const { attribution } = process.kernel.runtime;
  if (!process.hadTurn) {
    process.hadTurn = true;
    return attribution.enter(process, stepsOf, limit);
  }
  process.scope = attribution.scope(process);
  return process.scope?.runInAsyncScope(runSteps, process, limit) ?? runSteps.call(process, limit);
}

function stepsOf(process: Process, limit: number): number {
  return runSteps.call(process, limit);
}

/** An answer may be a proxy that throws when it is looked at: the crash of who gave it, nobody else's. */
function fellAnswering(process: Process, error: unknown): void {
  if (process.current !== undefined) process.openCalls().add(process.current);
  die(process, errorReason(error), "answering");
}

function runSteps(this: Process, limit: number): number {
  let steps = 0;
  do {
    steps += 1;
    if (this.completion !== undefined) complete(this);
    if (this.signals !== undefined) deliverSignals(this);
    if (this.follow !== undefined && this.status === "running" && !this.busy) {
      const { what } = this.follow;
      this.follow = undefined;
      handleContinue(this, what);
      continue;
    }
    const receiver = this.ties?.receiver;
    if (receiver !== undefined) return steps + offerMessages(this, receiver);
    if (this.status !== "running" || this.busy) return steps;
    const mailbox = this.mailbox;
    if (mailbox === undefined || mailbox.length === 0) return steps;
    const door = mailbox.oldestDoor;
    const payload = mailbox.oldestPayload;
    const call = mailbox.oldestCall;
    mailbox.drop();
    handle(this, door, payload, call);
  } while (steps < limit);
  if (!this.ready && hasWork(this)) this.wake();
  return steps;
}

/** A handler has settled: its answer counts before any signal that came later. */
function complete(process: Process): void {
  const completion = process.completion as () => void;
  const wasRunning = process.status === "running";
  process.completion = undefined;
  completion();
  process.current = undefined;
  // The handler may have answered `stop`: then its `terminate` may run on.
  if (process.finishing && !process.busy && process.status !== "dead" && process.reason !== undefined)
    die(process, process.reason);
  if (wasRunning && !process.busy && process.status === "running") process.kernel.observer?.handled(process);
}

function hasWork(process: Process): boolean {
  if (process.signals !== undefined || process.completion !== undefined) return true;
  if (process.status !== "running" || process.busy) return false;
  return process.follow !== undefined || process.queued > 0;
}

function deliverSignals(process: Process): void {
  const signals = process.signals ?? [];
  process.signals = undefined;
  let putBack = 0;
  for (const [at, signal] of signals.entries()) {
    if (process.status === "dead") return endSignals(process, signals.slice(at));
    if ("door" in signal) putBack += takeAside(process, signal, putBack);
    else if ("fault" in signal)
      fallByFault(process, signal.fault, signal.what ?? "running outside of its handlers");
    else if (signal.effect === "waiting") deliverExit(process, signal);
  }
}

/**
 * Once it has been resumed, what came aside takes the place in which it came.
 *
 * @param putBack - how many have theirs already
 * @returns 1 when it has been put there, too
 */
function takeAside(process: Process, { door, payload, call, behind }: Sidelined, putBack: number): number {
  if (process.suspended) handle(process, door, payload, call);
  else if (process.status !== "running") refuseQueued(door, payload, call, process.reason ?? NORMAL);
  else {
    process.mailbox ??= new Mailbox();
    process.mailbox.pushAt(behind + putBack, door, payload, call);
    return 1;
  }
  return 0;
}

function deliverExit(process: Process, signal: ExitSignal): void {
  const effect = exitEffect({
    reason: signal.reason,
    kill: signal.kill,
    trapping: process.trapping,
    fromParent: signal.from !== undefined && signal.from === (process.parent ?? process.kernel.root),
    fromSelf: signal.from === process,
    hasCallbacks: !process.behaviour.bare,
  });
  switch (effect) {
    case "ignore":
      signal.effect = "void";
      process.voids += 1;
      return;
    case "message":
      signal.effect = "trapped";
      return;
    case "terminate":
      signal.effect = "parental";
      if (process.suspended) return stopWith(process, signal.reason, undefined, { byParent: true });
      if (process.busy) abort(process, signal.reason);
      return;
    case "die":
      signal.effect = "void";
      return die(process, deathReason(signal));
    case "finish":
      signal.effect = "void";
      return finishThenDie(process, signal);
  }
}

/** The parent's shutdown: a running handler may end within the parent's patience; a kill follows if not. */
function finishThenDie(process: Process, signal: ExitSignal): void {
  const inHandler =
    process.busy &&
    !process.suspended &&
    process.ties?.receiver === undefined &&
    process.status !== "starting";
  if (!inHandler) return die(process, deathReason(signal));
  if (process.status === "stopping") return;
  process.finishing = true;
  beginStopping(process, signal.reason);
  abort(process, signal.reason);
}
