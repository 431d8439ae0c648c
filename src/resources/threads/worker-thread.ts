/**
 * One worker of a `Thread`: its start, its end, and what passes between.
 *
 * @module
 */

import { type TransferListItem, Worker } from "node:worker_threads";
import type { Clock } from "../../core/clock.ts";
import { toError } from "../../core/errors.ts";
import { JobBoard } from "./job-board.ts";
import { isOurs, type OwnerMessage, TAG, type WorkerMessage } from "./job-protocol.ts";
import type { ThreadSettings } from "./thread-options.ts";
import { postable } from "./transfer.ts";

/** Who hears of a worker. */
export interface WorkerOwner {
  answered(message: WorkerMessage): void;
  ended(error: Error): void;
}

/** Starts at once; {@link WorkerThread.ready} tells when it serves. */
export class WorkerThread {
  readonly #settings: ThreadSettings;
  readonly #worker: Worker;
  readonly #board: JobBoard;
  readonly #ready: Promise<void>;
  #failed: (error: Error) => void = () => undefined;
  #owner: WorkerOwner | undefined;

  constructor(settings: ThreadSettings, owner: WorkerOwner) {
    this.#settings = settings;
    this.#owner = owner;
    const { module, workerData, execArgv, resourceLimits, maxJobs, maxHeapBytes } = settings;
    this.#worker = new Worker(module, {
      workerData,
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    const memory = JobBoard.memory(maxJobs);
    this.#board = new JobBoard(memory);
    this.#post({ [TAG]: "setup", board: memory, maxHeapBytes }, []);
    this.#ready = new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#listen(resolve);
    });
    // A worker that fails after it has served: nobody waits for this any more.
    this.#ready.catch(() => undefined);
    this.#worker.unref();
  }

  /** Settles when the module has called `serve`; rejects with what it failed with, or when that takes too long. */
  async ready(clock: Clock): Promise<void> {
    const { module, startTimeoutMs } = this.#settings;
    const late = (): void =>
      this.#failed(new Error(`${module} did not call serve() within ${startTimeoutMs} ms`));
    const timer =
      startTimeoutMs === Number.POSITIVE_INFINITY ? undefined : clock.setTimer(late, startTimeoutMs);
    await this.#ready.finally(() => timer?.cancel());
  }

  /**
   * Has the worker do jobs, in the order of their ids.
   *
   * @throws DataCloneError when one of them cannot be cloned; then none is sent
   */
  run(jobs: readonly { readonly id: number; readonly job: unknown }[]): void {
    const ids: number[] = [];
    const values: unknown[] = [];
    const moved: TransferListItem[] = [];
    for (const { id, job } of jobs) {
      const { value, list } = postable(job);
      ids.push(id);
      values.push(value);
      if (list.length > 0) moved.push(...list);
    }
    this.#post({ [TAG]: "jobs", ids, jobs: values }, moved);
  }

  /** @returns `false` when the job has begun: then `cancel` tells it */
  withdraw(id: number): boolean {
    return this.#board.withdraw(id);
  }

  /** Tells a job that has begun; the worker says that it has heard. */
  cancel(id: number): void {
    this.#post({ [TAG]: "cancel", id }, []);
  }

  /** Whether the handler of this very job holds the thread. */
  isInside(id: number): boolean {
    return this.#board.isInside(id);
  }

  /** Ends it wherever it is; settles when its thread is gone. Its owner hears nothing more. */
  async terminate(): Promise<void> {
    this.#owner = undefined;
    await this.#worker.terminate();
  }

  #post(message: OwnerMessage, list: readonly TransferListItem[]): void {
    this.#worker.postMessage(message, list);
  }

  /** Until it serves, its end is the failure of its start; later it is told of, once. */
  #listen(ready: () => void): void {
    let isServing = false;
    const ended = (error: Error): void => {
      const owner = isServing ? this.#owner : undefined;
      if (isServing) this.#owner = undefined;
      this.#failed(error);
      owner?.ended(error);
    };
    this.#worker.on("message", (message: unknown) => {
      if (!isOurs<WorkerMessage>(message)) return;
      if (message[TAG] !== "ready") return this.#owner?.answered(message);
      isServing = true;
      ready();
    });
    // Without its id an answer cannot be given to anybody.
    this.#worker.on("messageerror", (error) => ended(error));
    this.#worker.on("error", (error) => ended(toError(error)));
    this.#worker.on("exit", (code) =>
      ended(new Error(`the thread of ${this.#settings.module} exited with code ${code}`)),
    );
  }
}
