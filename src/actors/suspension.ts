/**
 * A process whose handler awaits: busy until that settles.
 *
 * @module
 */

import type { Process, Suspension } from "./process.ts";
import { forgetWaits } from "./waits.ts";

/** Marks the process busy until `promise` settles; what follows happens in its next slice. */
export function suspendOn(
  process: Process,
  promise: PromiseLike<unknown>,
  fulfilled: (value: unknown) => void,
  rejected: (thrown: unknown) => void,
): void {
  const { kernel } = process;
  const suspension: Suspension = { counted: false };
  process.suspension = suspension;
  const settle = (completion: () => void): void => {
    if (process.suspension !== suspension) {
      // Detached in the meantime: the outcome is dropped.
      if (suspension.counted) kernel.zombies -= 1;
      suspension.counted = false;
      return;
    }
    process.suspension = undefined;
    forgetWaits(process);
    process.completion = completion;
    if (!process.ready) process.wake();
  };
  try {
    Promise.resolve(promise).then(
      (value) => settle(() => fulfilled(value)),
      (thrown) => settle(() => rejected(thrown)),
    );
  } catch (thrown) {
    // A promise whose `then` or `constructor` throws.
    settle(() => rejected(thrown));
  }
}
