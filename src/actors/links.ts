/**
 * Links, monitors and exit signals: how the end of one process reaches others.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import { NOPROC } from "../core/exit-reason.ts";
import type { Address, Pid } from "../core/pid.ts";
import { DOWN, EXIT } from "./behaviour.ts";
import { type ExitSignal, Monitor, type Process, processOf } from "./process.ts";

declare const ref: unique symbol;
/** A token for one monitor. */
export interface MonitorRef {
  readonly [ref]: "monitor";
}

/** A monitored process has died, or nobody was there to monitor. */
export interface Down {
  readonly type: "down";
  readonly ref: MonitorRef;
  /** Whom the monitor was on; for a name that nobody had, the name. */
  readonly pid: Pid;
  readonly reason: ExitReason;
}

/** A linked process has died, or somebody sent an exit signal; only a process that traps gets one. */
export interface Exit {
  readonly type: "exit";
  readonly pid: Pid;
  readonly reason: ExitReason;
}

/** Links two processes; a second time changes nothing, and a process is never linked to itself. */
export function link(one: Process, other: Process): void {
  if (one === other) return;
  add(one, other);
  add(other, one);
}

export function unlink(one: Process, other: Process): void {
  remove(one, other);
  remove(other, one);
}

/** Whom a process is linked to, in the order in which the links were made: a copy. */
export function linksOf({ link, ties }: Process): Process[] {
  const more = ties?.moreLinks ?? NONE;
  return link === undefined ? [...more] : [link, ...more];
}

const NONE: readonly never[] = Object.freeze([]);

/** The first stands for itself only while nobody is in the set: who comes goes to the end. */
function add(process: Process, other: Process): void {
  if (process.link === other) return;
  const more = process.ties?.moreLinks;
  if (process.link === undefined && (more === undefined || more.size === 0)) {
    process.link = other;
    return;
  }
  const ties = process.tie();
  ties.moreLinks ??= new Set();
  ties.moreLinks.add(other);
}

function remove(process: Process, other: Process): void {
  if (process.link === other) process.link = undefined;
  else process.ties?.moreLinks?.delete(other);
}

/**
 * Sends an exit signal. It takes its place in the mailbox as well, where it counts if the receiver
 * traps when the signal is delivered; a receiver that does not trap hears of it before any message.
 */
export function sendExit(
  target: Process,
  from: Process | undefined,
  reason: ExitReason,
  kill: boolean,
): void {
  if (target.status === "dead") return;
  const signal: ExitSignal = { from, reason, kill, effect: "waiting" };
  if (!kill) target.enqueue(EXIT, signal, undefined);
  else target.kernel.observer?.sent(target, EXIT, signal, undefined);
  target.signal(signal);
}

/** Begins to monitor; each call is a monitor of its own. A dead target's `down` comes at once, one's own never. */
export function monitor(watcher: Process, target: Process | undefined, address: Address): Monitor {
  const made = new Monitor(watcher, target);
  if (watcher.status === "dead") {
    made.active = false;
    return made;
  }
  if (target === undefined || target.status === "dead") {
    made.active = false;
    watcher.enqueue(DOWN, made, downOf(made, address as Pid, NOPROC));
    return made;
  }
  if (target === watcher) {
    made.active = false;
    return made;
  }
  watch(target, made);
  const ties = watcher.tie();
  ties.watching ??= new Set();
  ties.watching.add(made);
  return made;
}

/** Calls `notify` once with the reason, in the turn of the death; at once with `noproc` for the dead. */
export function monitorFromOutside(target: Process, notify: (reason: ExitReason) => void): Monitor {
  const made = new Monitor(undefined, target, notify);
  if (target.status === "dead") {
    made.active = false;
    notify(target.reason ?? NOPROC);
  } else {
    watch(target, made);
  }
  return made;
}

function watch(target: Process, made: Monitor): void {
  const ties = target.tie();
  ties.watched ??= new Set();
  ties.watched.add(made);
}

/** @returns was it still active? With `flush`, a `down` that waits in the mailbox is skipped. */
export function demonitor(made: Monitor, flush: boolean): boolean {
  const wasActive = made.active;
  made.active = false;
  made.flushed ||= flush;
  made.target?.ties?.watched?.delete(made);
  made.watcher?.ties?.watching?.delete(made);
  return wasActive;
}

/** In the turn of a death: links get the exit signal, then monitors their `down`, in the order they were made. */
export function spreadDeath(process: Process, reason: ExitReason): void {
  const { link: first, ties } = process;
  process.link = undefined;
  if (first !== undefined) spreadExit(process, first, reason);
  if (ties === undefined) return;
  const { moreLinks, watched, watching } = ties;
  if (moreLinks !== undefined) {
    for (const other of moreLinks) spreadExit(process, other, reason);
    moreLinks.clear();
  }
  if (watched !== undefined) {
    for (const made of watched) {
      made.active = false;
      if (made.watcher === undefined) made.notify?.(reason);
      else if (made.watcher.status !== "dead") {
        made.watcher.ties?.watching?.delete(made);
        made.watcher.enqueue(DOWN, made, downOf(made, process.pid, reason));
      }
    }
    watched.clear();
  }
  if (watching !== undefined) {
    for (const made of watching) made.target?.ties?.watched?.delete(made);
    watching.clear();
  }
}

function spreadExit(process: Process, other: Process, reason: ExitReason): void {
  remove(other, process);
  sendExit(other, process, reason, false);
}

/** What the `exit` handler of a process that traps is given. */
export function exitOf(receiver: Process, signal: ExitSignal): Exit {
  const pid = (signal.from ?? receiver.kernel.root).pid;
  return Object.freeze({ type: "exit", pid, reason: signal.reason });
}

function downOf(made: Monitor, pid: Pid, reason: ExitReason): Down {
  return Object.freeze({ type: "down", ref: made as unknown as MonitorRef, pid, reason });
}

/** The process an address leads to now; `undefined` for a name that nobody has. */
export function resolve(address: Address): Process | undefined {
  const { kind } = address as { readonly kind?: string };
  if (kind !== "name") return processOf(address as Pid);
  const pid = (address as unknown as { whereis(): Pid | undefined }).whereis();
  return pid === undefined ? undefined : processOf(pid);
}
