/**
 * Stopping a whole system within one deadline, and naming what did not end in it.
 *
 * @module
 */

import type { System } from "../actors/definition.ts";
import { killAll, leftIn } from "../actors/leftovers.ts";
import { kernelOf } from "../actors/system.ts";
import type { Timer } from "../core/clock.ts";

/** Milliseconds in which processes that were killed may close what they owned. */
export const LAST_MOMENT_MS = 1_000;

/**
 * Stops all processes in order; at the deadline kills what is left.
 *
 * @param deadlineMs - milliseconds, `Infinity` for none
 * @param onLate - told at the deadline, before anything is killed
 * @returns labels of the processes that were left at the deadline; never rejects
 */
export async function stopWithin(
  system: System,
  deadlineMs: number,
  onLate: (leftovers: readonly string[]) => void,
): Promise<readonly string[]> {
  const kernel = kernelOf(system);
  const { clock } = kernel.runtime;
  const stopped = system.stop().then(
    () => true,
    () => false, // somebody else had begun to stop it, with a deadline of his own
  );
  let leftovers: readonly string[] = [];
  let timer: Timer | undefined;
  const givenUp = new Promise<false>((resolve) => {
    const kill = (): void => {
      leftovers = leftIn(kernel);
      onLate(leftovers);
      timer = clock.setTimer(() => resolve(false), LAST_MOMENT_MS);
      killAll(kernel, kernel.table.values().reverse());
    };
    timer = clock.setTimer(kill, deadlineMs);
  });
  await Promise.race([stopped, givenUp]);
  timer?.cancel();
  return leftovers;
}
