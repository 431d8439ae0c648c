/**
 * What both kinds of supervisors answer, and how their calls are made.
 *
 * @module
 */

import { type Asked, isDefinition } from "../actors/behaviour.ts";
import { specOf } from "../actors/system.ts";
import type { ChildSpec } from "../core/child-spec.ts";
import type { Pid } from "../core/pid.ts";
import type { Child } from "./child.ts";

/** One child as a supervisor sees it. */
export interface ChildInfo {
  readonly id: string;
  /** `"restarting"` until it is back; `undefined` when it has ended and stays so, or is only starting or stopping. */
  readonly pid: Pid | "restarting" | undefined;
  readonly type: "worker" | "supervisor";
  /** Milliseconds until the next try, while a child that is `"restarting"` waits for one. */
  readonly restartsInMs?: number;
}

/** How many children there are. */
export interface ChildCounts {
  /** All of them, running or not. */
  readonly specs: number;
  /** Those that run. */
  readonly active: number;
  readonly supervisors: number;
  readonly workers: number;
}

/** A child takes the time that its spec allows: callers wait for that unless they say otherwise. */
export const PATIENT: Asked = Object.freeze({ options: { timeoutMs: Number.POSITIVE_INFINITY } });

/** The same for calls whose arguments are what is started and what it starts from. */
export const SPREAD: Asked = Object.freeze({
  options: { timeoutMs: Number.POSITIVE_INFINITY },
  spread: true,
});

/** In the order in which the children started. */
export function infosOf(children: Iterable<Child>): ChildInfo[] {
  return Array.from(children, (child): ChildInfo => {
    const { id, type, restartsInMs } = child;
    if (child.phase !== "restarting") return Object.freeze({ id, pid: child.taking, type });
    const planned = restartsInMs === undefined ? {} : { restartsInMs };
    return Object.freeze({ id, pid: "restarting", type, ...planned });
  });
}

export function countsOf(children: Iterable<Child>): ChildCounts {
  const counts = { specs: 0, active: 0, supervisors: 0, workers: 0 };
  for (const child of children) {
    counts.specs += 1;
    if (child.taking !== undefined) counts.active += 1;
    if (child.type === "supervisor") counts.supervisors += 1;
    else counts.workers += 1;
  }
  return Object.freeze(counts);
}

/**
 * The spec of what `startChild` was given.
 *
 * @throws InvalidOptionsError when it cannot be started
 */
export function childToStart([what, arg]: readonly unknown[]): ChildSpec {
  return isDefinition(what) ? (what as { child(arg: unknown): ChildSpec }).child(arg) : specOf(what);
}
