/**
 * What a turn is about to do, in words, for whoever reads a trace.
 *
 * @module
 */

import { Process, type Signal } from "../actors/process.ts";
import { describe, formatReason } from "../core/exit-reason.ts";
import type { Runnable } from "../core/scheduler.ts";

/** A thing of a scenario's that gets a turn. */
export interface ScenarioEvent extends Runnable {
  /** Who, and what. */
  readonly actor: string;
  readonly what: string;
}

/** @returns who has the turn and what he does with it; looks, and changes nothing */
export function turnText(task: Runnable): { readonly actor: string; readonly what: string } {
  if (task instanceof Process) return { actor: task.label, what: workOf(task) };
  if ("actor" in task) return task as ScenarioEvent;
  return { actor: "system", what: "work after a death" };
}

function workOf(process: Process): string {
  const signal = process.signals?.[0];
  if (signal !== undefined) return signalText(signal);
  if (process.completion !== undefined) return "goes on";
  if (process.follow !== undefined) return "continues";
  const { mailbox } = process;
  if (process.busy || !mailbox?.peek(0)) return "looks for work";
  const { door, payload } = mailbox;
  if (door.kind === "call" || door.kind === "cast") return `${door.kind} ${door.name}`;
  return door.kind === "info" ? `message ${describe(payload)}` : door.kind;
}

function signalText(signal: Signal): string {
  if ("door" in signal) return signal.door.kind;
  if ("fault" in signal) return `fault ${describe(signal.fault)}`;
  const from = signal.from === undefined ? "" : ` from ${signal.from.label}`;
  return signal.kill ? `kill${from}` : `exit signal ${formatReason(signal.reason)}${from}`;
}
