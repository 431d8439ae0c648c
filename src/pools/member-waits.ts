/**
 * Calls that wait until there is somebody to pick: until a member joins or the registry is back.
 *
 * @module
 */

import { Deadline } from "../actors/deadlines.ts";
import type { HandleProcess } from "../actors/handle-process.ts";
import type { Kernel } from "../actors/process.ts";
import { callerOf } from "../actors/sending.ts";
import { ActorError } from "../core/errors.ts";

/** Who waits for a member of one pool; bounded. */
export class MemberWaits {
  readonly #kernel: Kernel;
  readonly #registry: Pick<HandleProcess<unknown>, "whenRunning">;
  readonly #label: string;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<() => void>();

  constructor(registry: HandleProcess<unknown>, label: string, maxWaiting: number) {
    this.#kernel = registry.kernel;
    this.#registry = registry;
    this.#label = label;
    this.#maxWaiting = maxWaiting;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** There may be somebody now: all who wait look again, in the order in which they came. */
  wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  /**
   * Settles when it is worth looking again: somebody has joined, the registry runs again or never will, or
   * `waitMs` have passed.
   *
   * @throws ActorError `ERR_POOL_FULL`, `ERR_ABORTED`
   */
  forMember(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting) return Promise.reject(this.#full());
    if (signal?.aborted === true) return Promise.reject(this.#aborted(signal));
    const { deadlines, runtime } = this.#kernel;
    const holds = callerOf(this.#kernel) === undefined;
    if (holds) runtime.scheduler.hold();
    return new Promise((resolve, reject) => {
      const over = (settle: () => void): void => {
        if (!this.#waiting.delete(look)) return;
        deadlines.cancel(limit);
        forget();
        if (signal !== undefined) signal.removeEventListener("abort", onAbort);
        if (holds) runtime.scheduler.release();
        settle();
      };
      const look = (): void => over(resolve);
      const onAbort = (): void => over(() => reject(this.#aborted(signal as AbortSignal)));
      const limit = new Deadline(look);
      const forget = this.#registry.whenRunning(look);
      this.#waiting.add(look);
      deadlines.arm(limit, waitMs);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  #full(): ActorError {
    const text = `${this.#waiting.size} calls wait for a member of ${this.#label} already (maxWaiting)`;
    return new ActorError("ERR_POOL_FULL", "no", text);
  }

  #aborted(signal: AbortSignal): ActorError {
    const text = `the call was aborted by its caller while it waited for a member of ${this.#label}`;
    return new ActorError("ERR_ABORTED", "no", text, { cause: signal.reason });
  }
}
