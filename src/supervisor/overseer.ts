/**
 * The process of a supervisor, as the parts of the supervisor see it.
 *
 * @module
 */

import { WAKE } from "../actors/behaviour.ts";
import { Deadline } from "../actors/deadlines.ts";
import type { Self } from "../actors/definition.ts";
import type { SystemState } from "../actors/launch.ts";
import { killAll, livingFrom } from "../actors/leftovers.ts";
import { type Process, processOf } from "../actors/process.ts";
import { kernelOf } from "../actors/system.ts";
import { type Procedure, Running, type Step } from "./procedure.ts";

/** One incarnation of a supervisor: its process, its turns, and what it does step by step. */
export class Overseer {
  readonly kernel: SystemState;
  readonly process: Process;
  /** What comes after a handler, and after each turn of a procedure. */
  readonly #after: () => unknown;
  /** It has killed what was left below it at its deadline. */
  isLate = false;
  #hasDeadline = false;

  constructor(self: Self, after: () => unknown) {
    this.kernel = kernelOf(self.system);
    this.process = processOf(self.pid);
    this.#after = after;
  }

  /** For messages: `app (pid 3)`. */
  get label(): string {
    return this.process.label;
  }

  /** One step, for which no procedure is needed: `then` follows in this turn, or in one of this process after a while. */
  step<T>(step: Step<T>, then: (value: T) => void): void {
    let returned = false;
    step((value) => {
      if (returned) this.inTurn(() => then(value));
      else then(value);
    });
    returned = true;
  }

  /** Begins a procedure in this turn; where it takes time, it goes on in turns of this process. */
  begin<T>(procedure: Procedure<T>, done: (value: T) => void): Running<T> {
    return new Running(procedure, (go) => this.inTurn(go), done);
  }

  /** Does a procedure inside `init` or `terminate`. @returns its result, or a promise of it where it takes time */
  result<T>(procedure: Procedure<T>, running?: (running: Running<T>) => void): T | Promise<T> {
    let early: { readonly value: T } | undefined;
    let settle: ((value: T) => void) | undefined;
    const begun = this.begin(procedure, (value) => {
      if (settle === undefined) early = { value };
      else settle(value);
    });
    if (early !== undefined) return (early as { readonly value: T }).value;
    running?.(begun);
    return new Promise((resolve) => {
      settle = resolve;
    });
  }

  /**
   * From now on there is one deadline for everything below: what is left then is named and killed, leaves first.
   * It holds until nothing of this process is left; a second one changes nothing.
   *
   * @param deadlineMs - milliseconds; `undefined` for none
   */
  endBelowWithin(deadlineMs: number | undefined): void {
    if (deadlineMs === undefined || this.#hasDeadline) return;
    this.#hasDeadline = true;
    const { kernel, process } = this;
    const { pid, label } = process;
    const limit = new Deadline(() => {
      const left = livingFrom(process).filter((one) => one !== process);
      // The last one is dead already, and only closes what it owned.
      if (left.length === 0) return;
      const leftovers = left.map((one) => one.label);
      this.isLate = true;
      kernel.telemetry.emit("process:stopTimedOut", { pid, label, deadlineMs, leftovers });
      killAll(kernel, left);
    });
    kernel.deadlines.arm(limit, deadlineMs);
    process.whenOver(() => kernel.deadlines.cancel(limit));
  }

  /**
   * Gives `go` a turn: a message of its own while messages are taken. While the process starts or
   * stops it takes none, and `go` gets a turn beside it.
   */
  inTurn(go: () => void): void {
    const { process } = this;
    if (process.status === "running") {
      process.enqueue(WAKE, () => this.#run(go), undefined);
    } else if (process.status !== "dead") {
      this.kernel.runtime.scheduler.readyFirst({ run: () => this.#runBeside(go) });
    }
  }

  /** As {@link inTurn}, but whoever is ready already goes first. */
  inLaterTurn(go: () => void): void {
    this.kernel.runtime.scheduler.ready({
      run: () => {
        this.inTurn(go);
        return 1;
      },
    });
  }

  #run(go: () => void): unknown {
    go();
    return this.#after();
  }

  #runBeside(go: () => void): number {
    try {
      go();
    } catch (error) {
      this.process.fault(error);
    }
    return 1;
  }
}
