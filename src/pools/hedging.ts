/**
 * Asking a second time before the first has answered: whoever answers first counts, the other is aborted.
 *
 * @module
 */

import type { Aborts } from "../actors/aborts.ts";
import { isActorError } from "../core/errors.ts";

/** Asks one member. */
export type Ask<T> = (signal: AbortSignal) => Promise<T>;

/** How a request is hedged. */
export interface Hedge<T> {
  readonly first: Ask<T>;
  /** Called when the first has taken long enough. @returns `undefined` when there is nobody else; a throw says so, too */
  readonly second: () => Ask<T> | undefined;
  /** Settles when the first has taken long enough. */
  readonly due: Promise<void>;
  /** The caller's own. */
  readonly signal: AbortSignal | undefined;
  readonly aborts: Aborts;
}

/**
 * Asks, and asks once more when it is due.
 *
 * @returns what is answered first
 * @throws what the first was rejected with, when it failed before the second was asked; else, when both have failed,
 *   what says most carefully whether the request was handled; InvalidOptionsError for a signal that cannot be listened to
 * @follows "The Tail at Scale" (Dean and Barroso): hedged requests
 */
export function hedge<T>({ first, second, due, signal, aborts }: Hedge<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const running = new Set<AbortController>();
    let isOver = false;
    let unlisten: (() => void) | undefined;
    let failure: { readonly error: unknown } | undefined;
    const onAbort = (): void => {
      for (const controller of running) controller.abort(signal?.reason);
    };
    const end = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      unlisten?.();
      settle();
      for (const controller of running) controller.abort("another member has answered first");
    };
    const start = (ask: Ask<T>): void => {
      const controller = new AbortController();
      running.add(controller);
      ask(controller.signal).then(
        (value) => {
          running.delete(controller);
          end(() => resolve(value));
        },
        (error) => {
          running.delete(controller);
          if (failure === undefined || !mayHaveBeenHandled(failure.error)) failure = { error };
          const { error: told } = failure;
          if (running.size === 0) end(() => reject(told));
        },
      );
    };
    start(first);
    if (signal?.aborted === true) onAbort();
    else if (signal !== undefined) {
      try {
        unlisten = aborts.listen("call", signal, onAbort);
      } catch (error) {
        end(() => reject(error));
      }
    }
    void due.then(() => {
      if (isOver || signal?.aborted === true) return;
      let ask: Ask<T> | undefined;
      try {
        ask = second();
      } catch {
        // The first has still to answer: its caller is told nothing worse than that.
      }
      if (ask !== undefined) start(ask);
    });
  });
}

function mayHaveBeenHandled(error: unknown): boolean {
  return !isActorError(error) || error.handled === "unknown";
}
