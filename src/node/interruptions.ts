/**
 * The first two signals that ask a process to end: the first asks, the second insists.
 *
 * @module
 */

import type { Clock } from "../core/clock.ts";

/**
 * Milliseconds in which the same signal again is an echo. A terminal sends its interrupt to everybody, and npm
 * hands it on to the program that has it already; nobody presses twice as fast.
 */
export const ECHO_MS = 100;

/** Listens from its making until it is closed. Meanwhile Node's own answer to these signals is off. */
export class Interruptions {
  readonly first: Promise<NodeJS.Signals>;
  readonly second: Promise<NodeJS.Signals>;
  readonly #signals: readonly NodeJS.Signals[];
  readonly #listener: (signal: NodeJS.Signals) => void;

  constructor(signals: readonly NodeJS.Signals[], clock: Pick<Clock, "now">) {
    let ask: (signal: NodeJS.Signals) => void;
    let insist: (signal: NodeJS.Signals) => void;
    let asked: { readonly by: NodeJS.Signals; readonly atMs: number } | undefined;
    this.first = new Promise((resolve) => {
      ask = resolve;
    });
    this.second = new Promise((resolve) => {
      insist = resolve;
    });
    this.#listener = (signal) => {
      if (asked === undefined) {
        asked = { by: signal, atMs: clock.now() };
        ask(signal);
      } else if (signal !== asked.by || clock.now() - asked.atMs >= ECHO_MS) insist(signal);
    };
    this.#signals = signals;
    for (const signal of signals) process.on(signal, this.#listener);
  }

  close(): void {
    for (const signal of this.#signals) process.off(signal, this.#listener);
  }
}
