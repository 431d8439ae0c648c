/**
 * The timeouts of one machine: at most one for its state, one for silence, and one of each name.
 *
 * @module
 */

import { WAKE } from "../actors/behaviour.ts";
import type { Process } from "../actors/process.ts";
import type { Timeout, TimeoutAction } from "./step.ts";

/** One that has not run out. */
interface Running {
  readonly kind: Timeout["kind"];
  readonly name: string | undefined;
  content: unknown;
  cancel(): void;
}

/** Set, updated and stopped as steps say; ends with its process. */
export class Timeouts {
  readonly #process: Process;
  /** What is done in the process's turn when one has run out. */
  readonly #fire: (timeout: Timeout) => unknown;
  /** Those of 0 that wait for what was inserted, in their order; the rest have a timer. */
  readonly #due: Running[] = [];
  readonly #all = new Map<string, Running>();

  constructor(process: Process, fire: (timeout: Timeout) => unknown) {
    this.#process = process;
    this.#fire = fire;
  }

  /** One is due now. */
  get hasDue(): boolean {
    return this.#due.length > 0;
  }

  /** Takes the first that is due. */
  takeDue(): Timeout | undefined {
    const [first] = this.#due;
    if (first !== undefined) this.#cancel(keyOf(first));
    return first;
  }

  /** Stops one, if it runs. */
  stop(kind: "state" | "event"): void {
    if (this.#all.size > 0) this.#cancel(kind);
  }

  /** Does what a step says: of several for one timeout the last counts, at its place. */
  apply(actions: readonly TimeoutAction[]): void {
    for (const [index, action] of actions.entries()) {
      const key = keyOf(action);
      if (!actions.some((other, at) => at > index && keyOf(other) === key)) this.#apply(key, action);
    }
  }

  #apply(key: string, { kind, name, delayMs, content }: TimeoutAction): void {
    const running = this.#all.get(key);
    if (delayMs === "update" && running !== undefined) {
      running.content = content;
      return;
    }
    this.#cancel(key);
    if (delayMs === Number.POSITIVE_INFINITY) return;
    if (delayMs === "update" || delayMs === 0) this.#waitForTurn(key, { kind, name, content });
    else this.#arm(key, { kind, name, content }, delayMs);
  }

  #waitForTurn(key: string, timeout: Timeout): void {
    const running: Running = {
      ...timeout,
      cancel: () => {
        this.#due.splice(this.#due.indexOf(running), 1);
      },
    };
    this.#due.push(running);
    this.#all.set(key, running);
  }

  #arm(key: string, timeout: Timeout, delayMs: number): void {
    const process = this.#process;
    const timers = process.timers();
    const timer = process.kernel.runtime.clock.setTimer(() => {
      timers.delete(timer);
      if (process.status !== "running") return;
      process.enqueue(WAKE, (machine: unknown) => this.#ranOut(key, running, machine), undefined);
    }, delayMs);
    const running: Running = {
      ...timeout,
      cancel: () => {
        timers.delete(timer);
        timer.cancel();
      },
    };
    timers.add(timer);
    this.#all.set(key, running);
  }

  /** Between the end of its time and its turn it may have been stopped, or set anew. */
  #ranOut(key: string, running: Running, machine: unknown): unknown {
    if (this.#all.get(key) !== running) return machine;
    this.#all.delete(key);
    return this.#fire(running);
  }

  #cancel(key: string): void {
    this.#all.get(key)?.cancel();
    this.#all.delete(key);
  }
}

function keyOf({ kind, name }: Pick<Timeout, "kind" | "name">): string {
  return kind === "named" ? `named ${name}` : kind;
}
