/**
 * What passes between a `Thread` and its worker. Everything else on the port is the user's own
 * and is left alone.
 *
 * @module
 */

import type { RemoteFault } from "../errors.ts";

/** The one property that tells our messages from the user's. */
export const TAG = "troupe.thread";

/** To the worker: do this. */
export interface JobMessage {
  readonly [TAG]: "job";
  readonly id: number;
  readonly job: unknown;
}

/** From the worker: it serves; it has done a job; it could not do a job. */
export type WorkerMessage =
  | { readonly [TAG]: "ready" }
  | { readonly [TAG]: "done"; readonly id: number; readonly result: unknown }
  | { readonly [TAG]: "failed"; readonly id: number; readonly fault: RemoteFault };

/** Whether a message on the port is ours. */
export function isOurs<M extends JobMessage | WorkerMessage>(message: unknown): message is M {
  return typeof message === "object" && message !== null && TAG in message;
}
