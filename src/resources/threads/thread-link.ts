/**
 * The state behind a `Thread`: the worker, and who waits for which job.
 *
 * @module
 */

import { Worker } from "node:worker_threads";
import type { Self, TimerRef } from "../../actors/definition.ts";
import type { From } from "../../actors/sending.ts";
import { type Clock, longTimer } from "../../core/clock.ts";
import { ActorError, BadMessageError, toError } from "../../core/errors.ts";
import { RemoteError } from "../errors.ts";
import { join } from "../membership.ts";
import { isOurs, type JobMessage, TAG, type WorkerMessage } from "./job-protocol.ts";
import type { ThreadSettings } from "./thread-options.ts";

/** Milliseconds until a thread asks again to be registered, while the registry is down. */
const JOIN_AGAIN_MS = 100;

/** What comes into the mailbox of a `Thread`. */
export type ThreadEvent =
  | { readonly type: "answered"; readonly message: WorkerMessage }
  | { readonly type: "ended"; readonly error: Error }
  | { readonly type: "stuck" }
  | { readonly type: "join" };

/** One worker and its open jobs. */
export class ThreadLink<Result> {
  readonly #settings: ThreadSettings;
  readonly #self: Self;
  readonly #worker: Worker;
  readonly #jobs = new Map<number, From<Result>>();
  readonly #ready: Promise<void>;
  #failed: (error: Error) => void = () => undefined;
  #watch: TimerRef | undefined;
  #nextId = 1;

  /** Starts the worker; {@link ThreadLink.ready} tells when it serves. */
  constructor(settings: ThreadSettings, self: Self) {
    this.#settings = settings;
    this.#self = self;
    const { module, workerData, execArgv, resourceLimits } = settings;
    this.#worker = new Worker(module, {
      workerData,
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#listen(resolve);
    });
    this.#worker.unref();
  }

  /** Settles when the module has called `serve`; rejects with what it failed with, or when that takes too long. */
  async ready(clock: Clock): Promise<void> {
    const { module, startTimeoutMs } = this.#settings;
    const late = (): void =>
      this.#failed(new Error(`${module} did not call serve() within ${startTimeoutMs} ms`));
    const timer =
      startTimeoutMs === Number.POSITIVE_INFINITY ? undefined : longTimer(clock, late, startTimeoutMs);
    await this.#ready.finally(() => timer?.cancel());
  }

  /** @returns why the job is not even tried; then `from` is left alone */
  run(job: unknown, from: From<Result>): ActorError | undefined {
    const { maxJobs, module } = this.#settings;
    if (this.#jobs.size >= maxJobs) {
      const message = `the thread of ${module} has ${maxJobs} jobs, the most it takes (maxJobs)`;
      return new ActorError("ERR_OVERLOADED", "no", message);
    }
    const id = this.#nextId++;
    const message: JobMessage = { [TAG]: "job", id, job };
    try {
      this.#worker.postMessage(message);
    } catch (error) {
      return new BadMessageError(`the thread of ${module}`, "run", [toError(error)]);
    }
    this.#jobs.set(id, from);
    if (this.#jobs.size === 1) this.#watchAnew();
    return undefined;
  }

  /** Registers, now or as soon as the registry is up. */
  join(): void {
    if (!join(this.#settings.join, this.#self.pid)) this.#self.sendAfter(JOIN_AGAIN_MS, { type: "join" });
  }

  /** @returns what the actor has to end with, if it has */
  handle(event: ThreadEvent): Error | undefined {
    switch (event.type) {
      case "answered":
        this.#answer(event.message);
        return undefined;
      case "join":
        this.join();
        return undefined;
      case "ended":
        return event.error;
      case "stuck":
        return this.#stuck();
    }
  }

  /** Ends the worker wherever it is; settles when its thread is gone. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(message: WorkerMessage): void {
    if (message[TAG] === "ready") return;
    const from = this.#jobs.get(message.id);
    if (from === undefined) return;
    this.#jobs.delete(message.id);
    this.#watchAnew();
    if (message[TAG] === "done") from.reply(message.result as Result);
    else from.fail(new RemoteError(`a job of ${this.#settings.module}`, "unknown", message.fault));
  }

  #stuck(): Error {
    const { module, stuckMs } = this.#settings;
    const jobs = this.#jobs.size;
    return new Error(
      `the thread of ${module} answered none of its ${jobs} jobs within ${stuckMs} ms (stuckMs)`,
    );
  }

  #listen(ready: () => void): void {
    const ended = (error: Error): void => {
      this.#failed(error);
      this.#self.send({ type: "ended", error });
    };
    this.#worker.on("message", (message: unknown) => {
      if (!isOurs<WorkerMessage>(message)) return;
      if (message[TAG] === "ready") ready();
      else this.#self.send({ type: "answered", message });
    });
    // Without its id an answer cannot be given to anybody.
    this.#worker.on("messageerror", (error) => ended(error));
    this.#worker.on("error", (error) => ended(toError(error)));
    this.#worker.on("exit", (code) =>
      ended(new Error(`the thread of ${this.#settings.module} exited with code ${code}`)),
    );
  }

  /** One timer for all jobs: each answer is progress, and a queue behind a slow job is none of its fault. */
  #watchAnew(): void {
    this.#watch?.cancel();
    const { stuckMs } = this.#settings;
    const isIdle = this.#jobs.size === 0 || stuckMs === Number.POSITIVE_INFINITY;
    this.#watch = isIdle ? undefined : this.#self.sendAfter(stuckMs, { type: "stuck" });
  }
}
