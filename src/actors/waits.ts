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
  kernel.freshWaits.push(wait);
}

/** As {@link beginWait}, for a start: it is older than the waits that the child's `init` has begun meanwhile. */
export function beginWaitFirst(kernel: Kernel, wait: Wait): void {
  kernel.freshWaits.unshift(wait);
}

/** Forgets a wait that is over. */
export function endWait(wait: Wait): void {
  wait.caller?.ties?.waits.delete(wait);
}

/** Looks at the waits that began since the last look. O(waits reachable) each. */
export function lookAtWaits(kernel: Kernel): void {
  const fresh = kernel.freshWaits;
  for (let i = 0; i < fresh.length; i += 1) {
    const wait = fresh[i] as Wait;
    const { caller } = wait;
    if (caller === undefined || wait.settled || !isHandling(caller)) continue;
    const circle = pathTo(caller, wait.callee);
    if (circle === undefined) caller.tie().waits.add(wait);
    else wait.refuse([caller, ...circle]);
  }
  fresh.length = 0;
}

/** All waits of a handler end when it returns: it has gone on without the answers. */
export function forgetWaits(process: Process): void {
  process.ties?.waits.clear();
}

function isHandling(process: Process): boolean {
  return process.busy && process.ties?.receiver === undefined;
}

/** The processes from `from` along waits to `to`, both included; `undefined` when there is no way. */
function pathTo(to: Process, from: Process): readonly Process[] | undefined {
  const cameFrom = new Map<Process, Process | undefined>([[from, undefined]]);
  for (const process of cameFrom.keys()) {
    if (process === to) return unwind(cameFrom, to);
    if (!isHandling(process) || process.ties === undefined) continue;
    for (const wait of process.ties.waits) {
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
