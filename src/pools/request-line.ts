/**
 * Requests that wait until there is somebody to pick: until a member joins, one has less to do, or the registry is
 * back. Bounded, first come first served.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { HandleProcess } from "../actors/handle-process.ts";
import type { Kernel } from "../actors/process.ts";
import { ActorError } from "../core/errors.ts";
import { type Awaited, refusalOf, TimedWait } from "../registry/timed-wait.ts";

/** What may wait in the line. */
export interface Waiting {
  /** Monotonic milliseconds at which its caller asked. */
  readonly beganAtMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What the line asks of its pool. */
export interface LineHost<R extends Waiting, M> {
  readonly registry: Pick<HandleProcess<unknown>, "kernel" | "whenRunning">;
  readonly label: string;
  readonly maxWaiting: number;
  /** There may be somebody to pick. */
  readonly hasMembers: boolean;
  /**
   * Picks for a request, and reserves what it has picked.
   *
   * @throws whatever the request is to be rejected with
   */
  grant(request: R): M | undefined;
  /** Milliseconds that a request may wait in all, as things are now. */
  patienceMs(request: R): number;
  /** What a request gets whose patience or time is over. */
  tooLate(request: R, waitedMs: number): ActorError;
}

interface Place<R, M> {
  readonly request: R;
  readonly wait: TimedWait<M>;
  /** Its patience, where that is less than its time. */
  readonly patience: Deadline;
}

/** Who waits for a member of one pool. */
export class RequestLine<R extends Waiting, M> {
  readonly #host: LineHost<R, M>;
  readonly #kernel: Kernel;
  readonly #places = new Set<Place<R, M>>();
  #forget: (() => void) | undefined = undefined;

  constructor(host: LineHost<R, M>) {
    this.#host = host;
    this.#kernel = host.registry.kernel;
  }

  get size(): number {
    return this.#places.size;
  }

  /**
   * Waits for whom the host grants.
   *
   * @param isBack - it was in the line before, so that its bound does not concern it
   * @throws ActorError at once `ERR_POOL_FULL`, `ERR_ABORTED`, `ERR_DETACHED`; as a rejection those, `ERR_NOT_RUNNING`,
   *   or what is said to who is too late
   */
  wait(request: R, isBack: boolean): Promise<M> {
    const { label, maxWaiting } = this.#host;
    const { beganAtMs, timeoutMs, signal } = request;
    const what = `a member of ${label}`;
    const options = {
      timeoutMs: Math.max(0, timeoutMs - this.#sinceMs(beganAtMs)),
      ...(signal && { signal }),
    };
    const refusal = refusalOf(this.#kernel, what, options);
    if (refusal !== undefined) throw refusal;
    if (!isBack && this.#places.size >= maxWaiting) throw this.#full();
    const late = (): ActorError => this.#host.tooLate(request, this.#sinceMs(beganAtMs));
    const awaited: Awaited = { label: what, late, over: () => this.#leave(place) };
    const wait = new TimedWait<M>(this.#kernel, awaited, options);
    const place: Place<R, M> = { request, wait, patience: new Deadline(() => this.#review(place)) };
    this.#places.add(place);
    this.#forget ??= this.#host.registry.whenRunning(() => this.#registryIsBack());
    this.#review(place);
    return wait.promise;
  }

  /** There may be somebody now: who has waited longest is served first, until nobody is left to be picked. */
  wake(): void {
    for (const place of this.#places) {
      if (!this.#host.hasMembers) return;
      this.#look(place);
    }
  }

  /** There may be nobody left to wait for: patience is looked at again. */
  review(): void {
    for (const place of this.#places) this.#review(place);
  }

  /** Nobody waits any more. */
  refuse(error: () => ActorError): void {
    for (const { wait } of this.#places) wait.fail(error());
  }

  #look({ request, wait }: Place<R, M>): void {
    try {
      const granted = this.#host.grant(request);
      if (granted !== undefined) wait.resolve(granted);
    } catch (error) {
      wait.fail(error);
    }
  }

  #review(place: Place<R, M>): void {
    const { request, wait, patience } = place;
    const { deadlines } = this.#kernel;
    deadlines.cancel(patience);
    const patienceMs = this.#host.patienceMs(request);
    if (patienceMs >= request.timeoutMs) return;
    const waitedMs = this.#sinceMs(request.beganAtMs);
    // The clock may tell a fraction of a millisecond less than a timer waited.
    if (patienceMs - waitedMs > 0.5) deadlines.arm(patience, patienceMs - waitedMs);
    else wait.fail(this.#host.tooLate(request, waitedMs));
  }

  #registryIsBack(): void {
    this.#forget = undefined;
    for (const place of this.#places) {
      this.#look(place);
      if (this.#places.has(place)) this.#review(place);
    }
    if (this.#places.size > 0) this.#forget ??= this.#host.registry.whenRunning(() => this.#registryIsBack());
  }

  #leave(place: Place<R, M>): void {
    this.#places.delete(place);
    this.#kernel.deadlines.cancel(place.patience);
    if (this.#places.size > 0) return;
    this.#forget?.();
    this.#forget = undefined;
  }

  #sinceMs(beganAtMs: number): number {
    return this.#kernel.runtime.clock.now() - beganAtMs;
  }

  #full(): ActorError {
    const text = `${this.#places.size} calls wait for a member of ${this.#host.label} already (maxWaiting)`;
    return new ActorError("ERR_POOL_FULL", "no", text);
  }
}
