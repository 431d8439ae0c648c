/**
 * What is left when the time of a whole tree is up: found, named and killed, the leaves first.
 *
 * @module
 */

import { KILLED } from "../core/exit-reason.ts";
import { sendExit } from "./links.ts";
import type { Kernel, Process } from "./process.ts";

/** What lives of a process and of all below it, the youngest first, so that leaves come before those above; O(processes). */
export function livingFrom(top: Process): readonly Process[] {
  const isBelow = new Map<Process, boolean>([[top, true]]);
  const found: Process[] = [];
  for (const process of top.kernel.table.values()) {
    const path: Process[] = [];
    let above: Process | undefined = process;
    while (above !== undefined && !isBelow.has(above)) {
      path.push(above);
      above = above.parent;
    }
    const below = above !== undefined && isBelow.get(above) === true;
    for (const one of path) isBelow.set(one, below);
    if (below) found.push(process);
  }
  return found.reverse();
}

/** Kills them in this order. @returns their labels, taken before the first is killed */
export function killAll(kernel: Kernel, processes: readonly Process[]): readonly string[] {
  const labels = processes.map(({ label }) => label);
  for (const process of processes) sendExit(process, process.parent ?? kernel.root, KILLED, true);
  return labels;
}

/** What has not ended in a system, the youngest first; and what is dead and still closes what it owned. */
export function leftIn({ table, closing }: Kernel): readonly string[] {
  const alive = table
    .values()
    .reverse()
    .map(({ label }) => label);
  return [...alive, ...Array.from(closing, ({ label }) => `${label}, which closes what it owned`)];
}
