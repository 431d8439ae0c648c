/**
 * The end of a checkout pool: loans come back within a deadline, or are taken back and their holders named.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import { callerOf } from "../actors/sending.ts";
import { ActorError } from "../core/errors.ts";
import { formatHolders, type Holder } from "./checkout-error.ts";
import type { Lending } from "./lending.ts";

/**
 * Drains or closes.
 *
 * @param timeoutMs - milliseconds for loans to come back; `Infinity` for no limit
 * @returns when nothing is left
 * @throws ActorError `ERR_STOP_TIMEOUT` when loans had to be taken back
 */
export function endLending<R>(lending: Lending<R>, how: "drain" | "close", timeoutMs: number): Promise<void> {
  const { kernel } = lending;
  const { scheduler } = kernel.runtime;
  // Plain code that waits keeps the host alive.
  const holds = callerOf(kernel) === undefined;
  if (holds) scheduler.hold();
  if (how === "drain") lending.drain();
  else lending.close();
  return new Promise((done, failed) => {
    let holders: readonly Holder[] = [];
    const limit = new Deadline(() => {
      lending.close();
      holders = lending.seize();
    });
    kernel.deadlines.arm(limit, timeoutMs);
    lending.whenEmpty(() => {
      kernel.deadlines.cancel(limit);
      if (holds) scheduler.release();
      if (holders.length === 0) done();
      else failed(notGivenBack(lending.name, timeoutMs, holders));
    });
  });
}

function notGivenBack(pool: string, timeoutMs: number, holders: readonly Holder[]): ActorError {
  const stacks = holders.flatMap((holder) => holder.stacks ?? []).map((stack) => `\nborrowed\n${stack}`);
  const text = `pool "${pool}" is closed, but within ${timeoutMs} ms these had not given back what they held, and have lost it: ${formatHolders(holders)}${stacks.join("")}`;
  return new ActorError("ERR_STOP_TIMEOUT", "unknown", text);
}
