/**
 * The first two signals that ask a process to end: the first asks, the second insists.
 *
 * @module
 */

/** Listens from its making until it is closed. Meanwhile Node's own answer to these signals is off. */
export class Interruptions {
  readonly first: Promise<NodeJS.Signals>;
  readonly second: Promise<NodeJS.Signals>;
  readonly #signals: readonly NodeJS.Signals[];
  readonly #listener: (signal: NodeJS.Signals) => void;

  constructor(signals: readonly NodeJS.Signals[]) {
    let ask: (signal: NodeJS.Signals) => void;
    let insist: (signal: NodeJS.Signals) => void;
    let asked = false;
    this.first = new Promise((resolve) => {
      ask = resolve;
    });
    this.second = new Promise((resolve) => {
      insist = resolve;
    });
    this.#listener = (signal) => {
      (asked ? insist : ask)(signal);
      asked = true;
    };
    this.#signals = signals;
    for (const signal of signals) process.on(signal, this.#listener);
  }

  close(): void {
    for (const signal of this.#signals) process.off(signal, this.#listener);
  }
}
