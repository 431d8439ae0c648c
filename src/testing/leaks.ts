/**
 * What is left of a system that has stopped.
 *
 * @module
 */

import { kernelOf } from "../actors/system.ts";
import type { Simulated } from "./test-system.ts";

/** Timers that may still fire when all is over: those of deadlines look once more and rest. */
const LAST_TIMERS = 1_000;

/** @returns what there is that should be gone, in words; `undefined` when nothing is */
export async function leaksOf({ system, clock, scheduler, driver }: Simulated): Promise<string | undefined> {
  let fired = 0;
  await driver.passUntil(() => {
    fired += 1;
    return fired > LAST_TIMERS;
  });
  const { table, deadlines, closing, zombies } = kernelOf(system);
  const left = Object.entries({
    processes: table.size,
    "processes whose resources are closing": closing.size,
    "handlers of dead processes": zombies,
    deadlines: deadlines.size,
    "waits of plain code": scheduler.held,
    timers: clock.nextDueAtMs === undefined ? 0 : 1,
  }).filter(([, count]) => count > 0);
  return left.length === 0 ? undefined : left.map(([what, count]) => `${what}: ${count}`).join(", ");
}
