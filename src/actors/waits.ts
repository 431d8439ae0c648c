/**
 * Who waits for whom. A handler that calls, starts or stops another process and has not returned waits
 * for it; a wait that closes a circle can never end, so it is refused with the circle in the message.
 *
 * A fresh wait is looked at when the turn in which it began is over: by then a handler that answered
 * with `reply(promise, state)` has returned and waits for nobody.
 *
 * @module
 */

import type { Kernel, Process, Wait } from "./process.ts";

/** Notes that the handler of `wait.caller` waits; it is looked at before the next slice. */
export function beginWait(kernel: Kernel, wait: Wait): void {
  if (kernel.freshWait === undefined) kernel.freshWait = wait;
  else kernel.freshWaits.push(wait);
}

/** As {@link beginWait}, for a start: it is older than the waits that the child's `init` has begun meanwhile. */
export function beginWaitFirst(kernel: Kernel, wait: Wait): void {
  if (kernel.freshWait !== undefined) kernel.freshWaits.unshift(kernel.freshWait);
  kernel.freshWait = wait;
}

/** Forgets a wait that is over. */
export function endWait(wait: Wait): void {
  const ties = wait.caller?.ties;
  if (ties === undefined) return;
  if (ties.wait === wait) ties.wait = undefined;
  else ties.moreWaits?.delete(wait);
}

/** Looks at the waits that began since the last look. O(waits reachable) each. */
export function lookAtWaits(kernel: Kernel): void {
  const { freshWait, freshWaits } = kernel;
  if (freshWait === undefined) return;
  kernel.freshWait = undefined;
  lookAt(freshWait);
  if (freshWaits.length === 0) return; // an emptied array would have to grow again for the next wait
  for (const wait of freshWaits) lookAt(wait);
  freshWaits.length = 0;
}

function lookAt(wait: Wait): void {
  const { caller } = wait;
  if (caller === undefined || wait.settled || !isHandling(caller)) return;
  // Mostly the callee waits for nobody: then there is no way on from it.
  const circle = wait.callee === caller || isWaiting(wait.callee) ? pathTo(caller, wait.callee) : undefined;
  if (circle !== undefined) return wait.refuse([caller, ...circle]);
  const ties = caller.tie();
  if (ties.wait === undefined) {
    ties.wait = wait;
    return;
  }
  ties.moreWaits ??= new Set();
  ties.moreWaits.add(wait);
}

/** All waits of a handler end when it returns: it has gone on without the answers. */
export function forgetWaits(process: Process): void {
  if (process.ties === undefined) return;
  process.ties.wait = undefined;
  process.ties.moreWaits?.clear();
}

/** A process has come to hold what others wait for: what it waits for itself may lead back to it now. */
export function lookAgain(process: Process): void {
  if (!isHandling(process)) return;
  for (const wait of [...waitsOf(process)]) {
    const circle = wait.settled ? undefined : pathTo(process, wait.callee);
    if (circle !== undefined) wait.refuse([process, ...circle]);
  }
}

function isWaiting({ ties }: Process): boolean {
  return ties !== undefined && (ties.wait !== undefined || (ties.moreWaits?.size ?? 0) > 0);
}

/** What its handler waits for. */
export function* waitsOf({ ties }: Process): Iterable<Wait> {
  if (ties?.wait !== undefined) yield ties.wait;
  if (ties?.moreWaits !== undefined) yield* ties.moreWaits;
}

function isHandling(process: Process): boolean {
  return process.busy && process.ties?.receiver === undefined;
}

/** The processes from `from` along waits to `to`, both included; `undefined` when there is no way. */
function pathTo(to: Process, from: Process): readonly Process[] | undefined {
  const cameFrom = new Map<Process, Process | undefined>([[from, undefined]]);
  for (const process of cameFrom.keys()) {
    if (process === to) return unwind(cameFrom, to);
    if (!isHandling(process)) continue;
    for (const wait of waitsOf(process)) {
      if (!wait.settled && !cameFrom.has(wait.callee)) cameFrom.set(wait.callee, process);
    }
  }
  return undefined;
}

function unwind(cameFrom: ReadonlyMap<Process, Process | undefined>, last: Process): readonly Process[] {
  const path: Process[] = [];
  for (let at: Process | undefined = last; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
  return path;
}
