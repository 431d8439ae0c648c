/**
 * Waiting for an end: of everything a pool has, or of what it is closing.
 *
 * @module
 */

interface EndWait {
  readonly isOver: () => boolean;
  readonly over: () => void;
}

/** Who waits for an end, of whatever kind. */
export class EndWaits {
  readonly #waits = new Set<EndWait>();

  /** Calls `over` once, at once when `isOver` already. @returns a function that forgets it */
  wait(isOver: () => boolean, over: () => void): () => void {
    const wait = { isOver, over };
    if (isOver()) over();
    else this.#waits.add(wait);
    return () => this.#waits.delete(wait);
  }

  /** Something has ended: tells those whose wait is over, in the order in which they came. */
  look(): void {
    for (const wait of [...this.#waits]) {
      // What one of them does may have made another forget, or begin anew what ended.
      if (wait.isOver() && this.#waits.delete(wait)) wait.over();
    }
  }
}
