/**
 * Abort signals of users, listened to once however many wait with one: a host walks through all listeners of a signal
 * for each that comes or goes, and Node before 22 warns of the eleventh.
 *
 * @module
 */

import { InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";

/** Those who wait with one signal, in the order in which they came. */
class Waiting {
  readonly all = new Set<() => void>();
  /** What the signal itself knows of them. */
  readonly tell: () => void;

  constructor(over: () => void) {
    this.tell = () => {
      over();
      for (const onAbort of this.all) onAbort();
    };
  }
}

/** The signals that anybody in a system waits with. Coming and going are O(1). */
export class Aborts {
  readonly #waiting = new WeakMap<AbortSignal, Waiting>();

  /**
   * Listens for the abort of a signal, which is a user's own and may throw.
   *
   * @param what - who asks, for the message
   * @param onAbort - a function of its own for each who waits; must not throw
   * @returns a function that ends it; nothing of who waits is left on the signal then
   * @throws InvalidOptionsError
   */
  listen(what: string, signal: AbortSignal, onAbort: () => void): () => void {
    let waiting = this.#waiting.get(signal);
    if (waiting === undefined) {
      waiting = new Waiting(() => this.#waiting.delete(signal));
      try {
        signal.addEventListener("abort", waiting.tell, { once: true });
      } catch (error) {
        throw new InvalidOptionsError(what, [`signal cannot be listened to: ${describe(error)}`]);
      }
      this.#waiting.set(signal, waiting);
    }
    const { all, tell } = waiting;
    all.add(onAbort);
    return () => {
      if (!all.delete(onAbort) || all.size > 0) return;
      this.#waiting.delete(signal);
      try {
        signal.removeEventListener("abort", tell);
      } catch {
        // Whoever it tells then, nobody waits any more.
      }
    };
  }
}
