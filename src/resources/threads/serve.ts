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

import { getHeapStatistics } from "node:v8";
import { type MessagePort, parentPort } from "node:worker_threads";
import { isThenable } from "../../core/thenable.ts";
import { JobBoard } from "./job-board.ts";
import { isOurs, type OwnerMessage, TAG, type WorkerMessage } from "./job-protocol.ts";
import { faultOf } from "./remote-fault.ts";
import { postable, type Transferring } from "./transfer.ts";

/** What a handler knows of its job. */
export interface JobContext {
  /** Aborts when nobody waits for the answer any more; a handler that awaits can stop early. */
  readonly signal: AbortSignal;
}

/** Does one job. */
export type JobHandler<Job, Result> = (
  job: Job,
  context: JobContext,
) => Result | Transferring<Result> | Promise<Result | Transferring<Result>>;

/**
 * Answers jobs with `handler`, each on its own: when it awaits, the next job begins.
 *
 * What it throws rejects that one call with `ERR_REMOTE` and the thread goes on; so does a result that
 * cannot be cloned. What is thrown outside it (a timer, an event) ends the thread, and with it its actor.
 *
 * @param handler - gets the job, a structured clone of what was given to `run`; answers the result, or
 *   `transfer(result, [result.buffer])`
 * @throws TypeError on a thread that has no parent
 */
export function serve<Job, Result>(handler: JobHandler<Job, Result>): void {
  if (parentPort === null)
    throw new TypeError("serve() belongs into the module of a worker thread, not the main one");
  const port = parentPort;
  const server = new Server(port, handler as JobHandler<unknown, unknown>);
  port.on("message", (message: unknown) => {
    if (isOurs<OwnerMessage>(message)) server.handle(message);
  });
  // A job that cannot be read back has lost its id: nobody can be told but by ending.
  port.on("messageerror", (error) => {
    throw error;
  });
  post(port, { [TAG]: "ready" });
}

/** A job whose handler has the word, or has answered a promise. */
class RunningJob implements JobContext {
  #controller: AbortController | undefined = undefined;

  /** Made when it is asked for: most handlers do not. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller ??= new AbortController();
    this.#controller.abort();
  }
}

class Server {
  readonly #port: MessagePort;
  readonly #handler: JobHandler<unknown, unknown>;
  /** Those that have answered a promise. */
  readonly #running = new Map<number, RunningJob>();
  #board = new JobBoard(JobBoard.memory(1));
  #maxHeapBytes: number | undefined = undefined;

  constructor(port: MessagePort, handler: JobHandler<unknown, unknown>) {
    this.#port = port;
    this.#handler = handler;
  }

  handle(message: OwnerMessage): void {
    switch (message[TAG]) {
      case "setup":
        this.#board = new JobBoard(message.board);
        this.#maxHeapBytes = message.maxHeapBytes;
        return;
      case "jobs":
        for (const [at, id] of message.ids.entries()) this.#work(id, message.jobs[at]);
        return;
      case "cancel":
        this.#running.get(message.id)?.abort();
        return post(this.#port, { [TAG]: "cancelled", id: message.id });
    }
  }

  #work(id: number, job: unknown): void {
    const wanted = this.#board.begin(id);
    if (!wanted) return this.#board.leave();
    const running = new RunningJob();
    try {
      const result = this.#handler(job, running);
      this.#board.leave();
      if (!isThenable(result)) return this.#done(id, result);
      this.#running.set(id, running);
      Promise.resolve(result).then(
        (value) => this.#settle(id, () => this.#done(id, value)),
        (error: unknown) => this.#settle(id, () => this.#failed(id, error)),
      );
    } catch (error) {
      this.#board.leave();
      this.#failed(id, error);
    }
  }

  #settle(id: number, answer: () => void): void {
    this.#running.delete(id);
    answer();
  }

  #done(id: number, result: unknown): void {
    const { value, list } = postable(result);
    try {
      this.#port.postMessage({ [TAG]: "done", id, result: value } satisfies WorkerMessage, list);
    } catch (error) {
      // A result that cannot be cloned is a fault of this job.
      return this.#failed(id, error);
    }
    this.#weigh();
  }

  #failed(id: number, error: unknown): void {
    post(this.#port, { [TAG]: "failed", id, fault: faultOf(error) });
    this.#weigh();
  }

  #weigh(): void {
    if (this.#maxHeapBytes === undefined) return;
    if (getHeapStatistics().used_heap_size <= this.#maxHeapBytes) return;
    // Once is enough: the thread is replaced.
    this.#maxHeapBytes = undefined;
    post(this.#port, { [TAG]: "grown" });
  }
}

function post(port: MessagePort, message: WorkerMessage): void {
  port.postMessage(message);
}
