/**
 * The state behind a `Thread`: its worker, and who waits for which job. A worker is replaced without the actor's
 * end when it has done enough (`maxUses`, `maxHeapBytes`), and when a job that nobody waits for any more holds
 * it; what it had not begun goes on in the next one.
 *
 * @module
 */

import type { Self, TimerRef } from "../../actors/definition.ts";
import type { From, PendingCall } from "../../actors/sending.ts";
import { ActorError, BadMessageError, ExitedError, type Handled, toError } from "../../core/errors.ts";
import { portOf } from "../../core/pid.ts";
import type { Runtime } from "../../core/runtime.ts";
import { RemoteError } from "../errors.ts";
import { join, leave } from "../membership.ts";
import { FIRST_ID, nextJobId } from "./job-board.ts";
import { TAG, type WorkerMessage } from "./job-protocol.ts";
import type { ThreadSettings } from "./thread-options.ts";
import { type WorkerOwner, WorkerThread } from "./worker-thread.ts";

/** Milliseconds until a thread asks again to be registered, while the registry is down. */
const JOIN_AGAIN_MS = 100;

/** What comes into the mailbox of a `Thread`. */
export type ThreadEvent =
  | { readonly type: "answered"; readonly message: WorkerMessage }
  | { readonly type: "ended"; readonly error: Error }
  | { readonly type: "send" }
  | { readonly type: "serving" }
  | { readonly type: "stuck" }
  | { readonly type: "unheard"; readonly id: number }
  | { readonly type: "join" };

/** One job, in line or with the worker. */
interface OpenJob<Result> {
  readonly id: number;
  readonly job: unknown;
  readonly from: From<Result>;
}

/** One worker after another, and the open jobs. */
export class ThreadLink<Result> implements WorkerOwner {
  readonly #settings: ThreadSettings;
  readonly #self: Self;
  readonly #runtime: Runtime;
  #worker: WorkerThread;
  /** `false` while the worker starts, or is to go when it has answered all it has. */
  #isTaking = false;
  /** What the worker has, in the order in which it begins. */
  readonly #open = new Map<number, OpenJob<Result>>();
  /** Those of them that go out when the host's turn ends. */
  #unsent: OpenJob<Result>[] = [];
  /** What waits for the next worker. */
  readonly #line = new Map<number, OpenJob<Result>>();
  /** Cancels the worker has not heard of yet. */
  readonly #unheard = new Map<number, TimerRef>();
  /** When the worker was last idle or gave an answer. */
  #progressAtMs = 0;
  #isWatched = false;
  #nextId = FIRST_ID;
  #uses = 0;
  /** Workers that have been told to end. */
  readonly #ending = new Set<Promise<void>>();

  /** Starts the worker; {@link ThreadLink.ready} tells when it serves. */
  constructor(settings: ThreadSettings, self: Self, runtime: Runtime) {
    this.#settings = settings;
    this.#self = self;
    this.#runtime = runtime;
    this.#worker = new WorkerThread(settings, this);
  }

  /** Settles when the first worker serves; rejects with what it failed with, or when that takes too long. */
  async ready(): Promise<void> {
    await this.#worker.ready(this.#runtime.clock);
    this.#serve();
  }

  /** @returns why the job is not even tried; then `from` is left alone */
  run(job: unknown, from: From<Result>): ActorError | undefined {
    const { maxJobs, module } = this.#settings;
    if (this.#open.size + this.#line.size >= maxJobs) {
      const message = `the thread of ${module} has ${maxJobs} jobs, the most it takes (maxJobs)`;
      return new ActorError("ERR_OVERLOADED", "no", message);
    }
    const call = from as unknown as PendingCall;
    // Its time ran out before its turn came.
    if (call.settled) return undefined;
    const id = this.#nextId;
    this.#nextId = nextJobId(id);
    const open: OpenJob<Result> = { id, job, from };
    if (this.#isTaking) this.#hand(open);
    else this.#line.set(id, open);
    // A caller may give up, by its deadline or its signal.
    call.whenSettled(() => this.#gaveUp(id));
    return undefined;
  }

  get #isRunning(): boolean {
    return portOf(this.#self.pid).status === "running";
  }

  answered(message: WorkerMessage): void {
    this.#self.send({ type: "answered", message } satisfies ThreadEvent);
  }

  ended(error: Error): void {
    this.#self.send({ type: "ended", error } satisfies ThreadEvent);
  }

  /** @returns what the actor has to end with, if it has */
  handle(event: ThreadEvent): Error | undefined {
    switch (event.type) {
      case "answered":
        this.#answered(event.message);
        return undefined;
      case "send":
        this.#sendAll();
        return undefined;
      case "serving":
        this.#serve();
        return undefined;
      case "join":
        if (this.#isTaking) this.#join();
        return undefined;
      case "unheard":
        this.#stillUnheard(event.id);
        return undefined;
      case "ended":
        return this.#refuseUnbegun(event.error);
      case "stuck": {
        const stuck = this.#stuck();
        return stuck === undefined ? undefined : this.#refuseUnbegun(stuck);
      }
    }
  }

  /** Ends the worker wherever it is; settles when its thread is gone, and those before it. */
  async terminate(): Promise<void> {
    await Promise.all([this.#worker.terminate(), ...this.#ending]);
  }

  /**
   * What is asked for until the host's turn ends goes to the worker in one message: waking a thread costs more
   * than all the rest. Answers come one by one, so that no short job waits for a long one behind it.
   */
  #hand(open: OpenJob<Result>): void {
    this.#open.set(open.id, open);
    if (this.#open.size === 1) this.#progress();
    this.#unsent.push(open);
    if (this.#unsent.length === 1) this.#runtime.scheduler.atTurnEnd(() => this.#send());
    this.#uses += 1;
    if (this.#uses >= this.#settings.maxUses) this.#retire();
  }

  #send(): void {
    if (this.#isRunning) this.#self.send({ type: "send" } satisfies ThreadEvent);
  }

  #sendAll(): void {
    const jobs = this.#unsent.filter(({ id }) => this.#open.has(id));
    this.#unsent = [];
    try {
      if (jobs.length > 1) return this.#worker.run(jobs);
    } catch {
      // One of them cannot be cloned: each by itself shows which.
    }
    for (const open of jobs) this.#sendOne(open);
    this.#replaceIfDone();
  }

  #sendOne(open: OpenJob<Result>): void {
    try {
      this.#worker.run([open]);
    } catch (error) {
      this.#open.delete(open.id);
      const label = `the thread of ${this.#settings.module}`;
      open.from.fail(new BadMessageError(label, "run", [toError(error)]));
    }
  }

  #answered(message: WorkerMessage): void {
    if (message[TAG] === "ready") return;
    if (message[TAG] === "grown") return this.#retire();
    const { id } = message;
    if (message[TAG] === "cancelled") {
      this.#unheard.get(id)?.cancel();
      this.#unheard.delete(id);
    } else {
      const open = this.#open.get(id);
      if (open === undefined) return;
      // Before the caller hears: who gives up later has nothing to take back.
      this.#open.delete(id);
      this.#progress();
      if (message[TAG] === "done") open.from.reply(message.result as Result);
      else open.from.fail(new RemoteError(`a job of ${this.#settings.module}`, "unknown", message.fault));
    }
    this.#replaceIfDone();
  }

  /** Nobody waits for the answer: what has not begun never will, what has begun is told. */
  #gaveUp(id: number): void {
    if (this.#line.delete(id) || !this.#open.delete(id)) return;
    if (!this.#isRunning) return;
    this.#progress();
    if (!this.#worker.withdraw(id)) {
      this.#worker.cancel(id);
      const { abortGraceMs } = this.#settings;
      const isPatient = abortGraceMs === Number.POSITIVE_INFINITY;
      if (!isPatient) this.#unheard.set(id, this.#self.sendAfter(abortGraceMs, { type: "unheard", id }));
    }
    this.#replaceIfDone();
  }

  /** A thread that hears nothing is in a loop. Whose, is what decides: another's job is none of its fault. */
  #stillUnheard(id: number): void {
    if (!this.#unheard.delete(id) || !this.#worker.isInside(id)) return;
    const { module, abortGraceMs } = this.#settings;
    const why = `a job that was given up held the thread of ${module} for ${abortGraceMs} ms (abortGraceMs)`;
    this.#replace(new Error(why));
  }

  #retire(): void {
    this.#isTaking = false;
    leave(this.#settings.join, this.#self.pid);
    this.#replaceIfDone();
  }

  #replaceIfDone(): void {
    const isRetired = !this.#isTaking && this.#uses > 0;
    if (isRetired && this.#open.size === 0 && this.#unheard.size === 0) this.#replace(undefined);
  }

  /** Another worker takes over what this one has not begun; what it has begun is lost with it. */
  #replace(why: Error | undefined): void {
    const before = this.#worker;
    this.#isTaking = false;
    this.#uses = 0;
    leave(this.#settings.join, this.#self.pid);
    for (const timer of this.#unheard.values()) timer.cancel();
    this.#unheard.clear();
    // In the order of their ids, since it is in that order that they begin.
    const waiting = [...this.#takeBack(why), ...this.#line.values()];
    this.#line.clear();
    for (const open of waiting) this.#line.set(open.id, open);
    this.#progress();
    const ended = before.terminate().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
    this.#worker = new WorkerThread(this.#settings, this);
    this.#worker.ready(this.#runtime.clock).then(
      () => this.#self.send({ type: "serving" } satisfies ThreadEvent),
      (error: Error) => this.ended(error),
    );
  }

  /** Takes back what the worker has not begun, and rejects the callers of the rest. */
  #takeBack(why: Error | undefined): OpenJob<Result>[] {
    const left = [...this.#open.values()];
    this.#open.clear();
    this.#unsent = [];
    return left.filter(({ id, from }) => {
      const isUnbegun = this.#worker.withdraw(id);
      if (!isUnbegun) from.fail(this.#exited(why, "unknown"));
      return isUnbegun;
    });
  }

  /** Before the actor ends: who may try again elsewhere, hears so. */
  #refuseUnbegun(why: Error): Error {
    const waiting = [...this.#line.values()];
    this.#line.clear();
    for (const { from } of [...this.#takeBack(why), ...waiting]) from.fail(this.#exited(why, "no"));
    return why;
  }

  #exited(why: Error | undefined, handled: Handled): ExitedError {
    const error = why ?? new Error("the worker was replaced");
    return new ExitedError(portOf(this.#self.pid).label, { kind: "error", error }, handled);
  }

  #serve(): void {
    this.#isTaking = true;
    const waiting = [...this.#line.values()];
    for (const open of waiting) {
      // `maxUses` may be reached on the way.
      if (!this.#isTaking) break;
      this.#line.delete(open.id);
      this.#hand(open);
    }
    if (this.#isTaking) this.#join();
  }

  /** Registers, now or as soon as the registry is up. */
  #join(): void {
    if (!join(this.#settings.join, this.#self.pid)) this.#self.sendAfter(JOIN_AGAIN_MS, { type: "join" });
  }

  /**
   * Each answer is progress, and a queue behind a slow job is none of its fault. One timer for all jobs, and none
   * for each of them: it looks when it comes how long ago the last progress was.
   */
  #progress(): void {
    const { stuckMs } = this.#settings;
    if (stuckMs === Number.POSITIVE_INFINITY) return;
    this.#progressAtMs = this.#runtime.clock.now();
    if (!this.#isWatched) this.#watch(stuckMs);
  }

  #watch(delayMs: number): void {
    this.#isWatched = true;
    this.#self.sendAfter(delayMs, { type: "stuck" } satisfies ThreadEvent);
  }

  /** @returns how the thread is stuck, if it is */
  #stuck(): Error | undefined {
    const { module, stuckMs } = this.#settings;
    const jobs = this.#open.size;
    this.#isWatched = false;
    if (jobs === 0) return undefined;
    const leftMs = this.#progressAtMs + stuckMs - this.#runtime.clock.now();
    if (leftMs > 0) {
      this.#watch(leftMs);
      return undefined;
    }
    return new Error(
      `the thread of ${module} answered none of its ${jobs} jobs within ${stuckMs} ms (stuckMs)`,
    );
  }
}
