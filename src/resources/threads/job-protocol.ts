/**
 * What passes between a `Thread` and its worker. Everything else on the port is the user's own
 * and is left alone.
 *
 * @module
 */

import type { RemoteFault } from "../errors.ts";

/** The one property that tells our messages from the user's. */
export const TAG = "troupe.thread";

/** To the worker: how it is watched; do these; nobody waits for that any more. */
export type OwnerMessage =
  | {
      readonly [TAG]: "setup";
      readonly board: SharedArrayBuffer;
      /** Tell when more than this is in use after a job. */
      readonly maxHeapBytes: number | undefined;
    }
  | { readonly [TAG]: "jobs"; readonly ids: readonly number[]; readonly jobs: readonly unknown[] }
  | { readonly [TAG]: "cancel"; readonly id: number };

/** From the worker: it serves; it has done a job; it could not; it has heard of a cancel; its heap is large. */
export type WorkerMessage =
  | { readonly [TAG]: "ready" }
  | { readonly [TAG]: "done"; readonly id: number; readonly result: unknown }
  | { readonly [TAG]: "failed"; readonly id: number; readonly fault: RemoteFault }
  | { readonly [TAG]: "cancelled"; readonly id: number }
  | { readonly [TAG]: "grown" };

/** Whether a message on the port is ours. */
export function isOurs<M extends OwnerMessage | WorkerMessage>(message: unknown): message is M {
  return typeof message === "object" && message !== null && TAG in message;
}
