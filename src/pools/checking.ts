/**
 * Looking at a resource before it is lent again.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { Kernel } from "../actors/process.ts";
import { isThenable } from "../core/thenable.ts";
import type { Slot } from "./slot.ts";

/** What checking needs to know of its pool. */
export interface CheckingPool {
  readonly kernel: Kernel;
  readonly checkTimeoutMs: number;
}

/** The answer, or that it takes time. */
export type Verdict = "fit" | "unfit" | "later";

/**
 * Asks `question` (`check` or `ping`), in the resource's own context. One that throws, rejects or takes too long
 * says no.
 *
 * @param later - called once with the answer, when it was `"later"`
 */
export function checkSlot<R>(
  pool: CheckingPool,
  slot: Slot<R>,
  question: ((resource: R) => unknown) | undefined,
  later: (isFit: boolean) => void,
): Verdict {
  if (slot.unfit !== undefined) return "unfit";
  if (question === undefined) return "fit";
  const { attribution } = pool.kernel.runtime;
  return attribution.outside((): Verdict => {
    try {
      const answer = attribution.run(slot, () => question(slot.resource as R));
      if (!isThenable(answer)) return answer === true ? "fit" : "unfit";
      void new Check(pool, answer, later);
      return "later";
    } catch {
      return "unfit";
    }
  });
}

/** A check that takes time. */
class Check {
  readonly #deadline = new Deadline(() => this.#expire());
  readonly #pool: CheckingPool;
  readonly #later: (isFit: boolean) => void;
  #isOver = false;

  constructor(pool: CheckingPool, answer: PromiseLike<unknown>, later: (isFit: boolean) => void) {
    this.#pool = pool;
    this.#later = later;
    pool.kernel.deadlines.arm(this.#deadline, pool.checkTimeoutMs);
    Promise.resolve(answer).then(
      (value) => this.#end(value === true),
      () => this.#end(false),
    );
  }

  #expire(): void {
    this.#end(false);
  }

  #end(isFit: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pool.kernel.deadlines.cancel(this.#deadline);
    this.#later(isFit);
  }
}
