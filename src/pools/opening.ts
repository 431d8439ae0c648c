/**
 * Opening resources, in turns of their own: nobody's checkout and no other opening waits for it. A failure
 * makes all further tries wait; after a wait one goes ahead. When it has succeeded two more follow, and twice as
 * many with each that comes.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { Kernel } from "../actors/process.ts";
import type { Timer } from "../core/clock.ts";
import { isThenable } from "../core/thenable.ts";
import { type OpeningBackoff, openingWaitMs } from "./opening-backoff.ts";
import type { PoolJournal } from "./pool-journal.ts";
import type { Attempt, Slot } from "./slot.ts";
import type { Source } from "./source.ts";

/** What opening needs to know of its pool. */
export interface OpeningPool<R> {
  readonly kernel: Kernel;
  readonly name: string;
  readonly source: Source<R>;
  readonly settings: { readonly openTimeoutMs: number; readonly backoff: OpeningBackoff };
  readonly journal: Pick<PoolJournal, "openFailed">;
  /** `slot` has its resource. */
  opened(slot: Slot<R>): void;
  /** `slot` will have none; what is still being opened in it has to be given up. */
  notOpened(slot: Slot<R>): void;
  /** The wait after a failure is over. */
  mayOpenAgain(): void;
}

/** So many at once show that the server is back. */
const ENOUGH = 64;

/** All openings of one pool. */
export class Openings<R> {
  readonly #pool: OpeningPool<R>;
  /** The try that goes ahead of the others after a failure; those that began before it hold up nobody. */
  #ahead: Opening<R> | undefined;
  /** How many may be opened at once while a server that was down comes back; `Infinity` when none was. */
  #allowance = Number.POSITIVE_INFINITY;
  #underWay = 0;
  /** Tries in a row that failed; several that began together count as one. */
  #failures = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  /** What the last try failed with, while tries fail. */
  lastError: unknown = undefined;

  constructor(pool: OpeningPool<R>) {
    this.#pool = pool;
  }

  get mayBegin(): boolean {
    if (this.#failures === 0) return this.#underWay < this.#allowance;
    return this.#ahead === undefined && this.#timer === undefined && this.#remainingMs() === 0;
  }

  /** Opens `slot` in its next turn. */
  begin(slot: Slot<R>): void {
    slot.opening = new AbortController();
    const failuresBefore = this.#failures;
    this.#underWay += 1;
    const attempt = new Opening(this.#pool, slot, (outcome) => {
      this.#underWay -= 1;
      if (this.#ahead === attempt) this.#ahead = undefined;
      if (outcome.kind === "opened") this.#succeeded(slot);
      else if (outcome.kind === "failed") this.#failed(slot, outcome.error, failuresBefore);
    });
    if (failuresBefore > 0) this.#ahead = attempt;
    this.#pool.kernel.runtime.scheduler.ready({
      run: () => {
        attempt.begin();
        return 1;
      },
    });
  }

  /** Somebody waits: sees to it that there will be another try. */
  await(): void {
    const remainingMs = this.#remainingMs();
    if (this.#failures === 0 || this.#timer !== undefined || this.#ahead !== undefined || remainingMs === 0)
      return;
    const { clock, attribution } = this.#pool.kernel.runtime;
    this.#timer = attribution.outside(() => clock.setTimer(() => this.#again(), remainingMs));
  }

  /** Nobody waits any more. */
  rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #again(): void {
    this.#timer = undefined;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    this.#pool.mayOpenAgain();
  }

  #succeeded(slot: Slot<R>): void {
    if (this.#failures > 0) this.#allowance = 1;
    // Doubles with each that comes: a server that has just come back is not met by all at once.
    this.#allowance = this.#allowance >= ENOUGH ? Number.POSITIVE_INFINITY : this.#allowance * 2;
    this.#failures = 0;
    this.#ahead = undefined;
    this.#notBeforeMs = Number.NEGATIVE_INFINITY;
    this.lastError = undefined;
    this.rest();
    this.#pool.opened(slot);
  }

  #failed(slot: Slot<R>, error: unknown, failuresBefore: number): void {
    const { kernel, settings, journal } = this.#pool;
    const { clock, random } = kernel.runtime;
    this.lastError = error;
    if (failuresBefore === this.#failures) {
      this.#failures += 1;
      this.#notBeforeMs = clock.now() + openingWaitMs(settings.backoff, this.#failures, random.next());
    }
    this.#pool.notOpened(slot);
    journal.openFailed(error, this.#remainingMs());
  }

  #remainingMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#pool.kernel.runtime.clock.now());
  }
}

/** What one try came to; a slot that was given up meanwhile says nothing about the server. */
type OpeningOutcome =
  | { readonly kind: "opened" | "givenUp" }
  | { readonly kind: "failed"; readonly error: unknown };

/** One try. What comes after it was given up is left in the slot for whoever closes it. */
class Opening<R> implements Attempt {
  readonly #deadline = new Deadline(() => this.#expire());
  readonly #pool: OpeningPool<R>;
  readonly #slot: Slot<R>;
  readonly #done: (outcome: OpeningOutcome) => void;
  #isDone = false;

  /** @param done - called once */
  constructor(pool: OpeningPool<R>, slot: Slot<R>, done: (outcome: OpeningOutcome) => void) {
    this.#pool = pool;
    this.#slot = slot;
    this.#done = done;
    slot.attempt = this;
  }

  fail(error: unknown): void {
    this.#finish({ kind: "failed", error });
  }

  giveUp(): void {
    this.#finish({ kind: "givenUp" });
  }

  begin(): void {
    const { kernel, source, settings } = this.#pool;
    const { attribution } = kernel.runtime;
    const slot = this.#slot;
    const signal = slot.opening?.signal as AbortSignal;
    if (this.#isDone) return this.#settled({ kind: "givenUp" });
    kernel.deadlines.arm(this.#deadline, settings.openTimeoutMs);
    attribution.outside(() => {
      try {
        const opening = attribution.run(slot, () => source.open({ signal }) as unknown);
        if (!isThenable(opening)) return this.#opened(opening as R);
        Promise.resolve(opening).then(
          (resource) => this.#opened(resource as R),
          (error) => this.#failed(error),
        );
      } catch (error) {
        this.#failed(error);
      }
    });
  }

  #expire(): void {
    this.fail(new Error(`nothing was opened within ${this.#pool.settings.openTimeoutMs} ms`));
  }

  #opened(resource: R): void {
    this.#slot.resource = resource;
    this.#slot.opened = true;
    this.#settled({ kind: "opened" });
  }

  #failed(error: unknown): void {
    this.#settled({ kind: "failed", error });
  }

  /** The user's code has come to its end. */
  #settled(outcome: OpeningOutcome): void {
    this.#slot.opening = undefined;
    this.#finish(outcome);
    this.#tellCloser();
  }

  #finish(outcome: OpeningOutcome): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#pool.kernel.deadlines.cancel(this.#deadline);
    this.#slot.attempt = undefined;
    this.#done(outcome);
  }

  #tellCloser(): void {
    const { whenSettled } = this.#slot;
    this.#slot.whenSettled = undefined;
    whenSettled?.();
  }
}
