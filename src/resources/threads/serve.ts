/**
 * The worker's side of a `Thread`: one call in the worker's module.
 *
 * ```ts no-run it belongs into the module of a worker thread
 * import { serve } from "troupe/resources/threads";
 *
 * serve((text: string) => text.toUpperCase());
 * ```
 *
 * @module
 */

import { type MessagePort, parentPort } from "node:worker_threads";
import { describe } from "../../core/exit-reason.ts";
import type { RemoteFault } from "../errors.ts";
import { isOurs, type JobMessage, TAG, type WorkerMessage } from "./job-protocol.ts";

/**
 * Answers jobs with `handler`, each on its own: when it awaits, the next job begins.
 *
 * What it throws rejects that one call with `ERR_REMOTE` and the thread goes on; so does a result that
 * cannot be cloned. What is thrown outside it (a timer, an event) ends the thread, and with it its actor.
 *
 * @param handler - gets the job, a structured clone of what was given to `run`
 * @throws TypeError on a thread that has no parent
 */
export function serve<Job, Result>(handler: (job: Job) => Result | Promise<Result>): void {
  if (parentPort === null)
    throw new TypeError("serve() belongs into the module of a worker thread, not the main one");
  const port = parentPort;
  port.on("message", (message: unknown) => {
    if (isOurs<JobMessage>(message)) void work(port, message, handler);
  });
  // A job that cannot be read back has lost its id: nobody can be told but by ending.
  port.on("messageerror", (error) => {
    throw error;
  });
  post(port, { [TAG]: "ready" });
}

async function work<Job, Result>(
  port: MessagePort,
  { id, job }: JobMessage,
  handler: (job: Job) => Result | Promise<Result>,
): Promise<void> {
  try {
    // Inside the `try`, so that a result that cannot be cloned is told as a fault of this job.
    post(port, { [TAG]: "done", id, result: await handler(job as Job) });
  } catch (error) {
    post(port, { [TAG]: "failed", id, fault: faultOf(error) });
  }
}

function post(port: MessagePort, message: WorkerMessage): void {
  port.postMessage(message);
}

/** Errors do not travel well; their text does. Nothing that was thrown makes this throw. */
function faultOf(thrown: unknown): RemoteFault {
  if (!(thrown instanceof Error)) return { name: "Error", message: `thrown: ${describe(thrown)}` };
  const code: unknown = "code" in thrown ? thrown.code : undefined;
  return {
    name: textOr(thrown.name, "Error"),
    message: textOr(thrown.message, describe(thrown.message)),
    ...(typeof thrown.stack === "string" ? { stack: thrown.stack } : {}),
    ...(typeof code === "string" ? { code } : {}),
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
