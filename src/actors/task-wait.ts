/**
 * One wait for any number of tasks, under one deadline: what `result`, `yield`, `shutdown`, their forms for
 * many, and streams are made of. A process that waits adds an edge to each task it waits for, so that a
 * circle is refused; plain code that waits keeps the host alive.
 *
 * @module
 */

import { CallCycleError } from "../core/errors.ts";
import { Deadline } from "./deadlines.ts";
import type { Kernel, Process, Wait } from "./process.ts";
import { callerOf } from "./sending.ts";
import { beginWait, endWait, lookAtWaits } from "./waits.ts";

/** Something that comes to an end once, seen by whoever waits. */
export interface Awaitable {
  /** Who works on it; `undefined` when nobody has to. */
  readonly process: Process | undefined;
  readonly isThere: boolean;
  /** Called when it is there; set while somebody waits. */
  onThere: (() => void) | undefined;
}

/** What a wait is for. */
export interface WaitPlan<R> {
  readonly timeoutMs: number;
  isEnough(): boolean;
  /** Runs in the turn in which the wait ends, so that nobody comes between; what it throws rejects. */
  finish(timedOut: boolean): R;
  /** Hands out what makes the wait look again, for things that are no tasks. */
  readonly onLook?: (look: () => void) => void;
}

/**
 * Waits until `plan` has enough or its time is up.
 *
 * @returns a promise of what `plan.finish` answers
 * @throws CallCycleError (as a rejection) when a task waits for the process that waits for it
 */
export function waitForTasks<R>(kernel: Kernel, tasks: Iterable<Awaitable>, plan: WaitPlan<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    if (plan.isEnough()) resolve(plan.finish(false));
    else new TaskWait(kernel, [...tasks], plan, resolve, reject).begin();
  });
}

/** What the handler of `caller` waits for at one task. */
interface Edge extends Wait {
  readonly task: Awaitable;
  settled: boolean;
}

class TaskWait<R> {
  readonly #kernel: Kernel;
  readonly #tasks: readonly Awaitable[];
  readonly #plan: WaitPlan<R>;
  readonly #resolve: (value: R) => void;
  readonly #reject: (error: unknown) => void;
  readonly #caller: Process | undefined;
  readonly #deadline = new Deadline(() => this.#end(() => this.#resolve(this.#plan.finish(true))));
  #edges: readonly Edge[] = [];
  #ended = false;

  constructor(
    kernel: Kernel,
    tasks: readonly Awaitable[],
    plan: WaitPlan<R>,
    resolve: (value: R) => void,
    reject: (error: unknown) => void,
  ) {
    this.#kernel = kernel;
    this.#tasks = tasks;
    this.#plan = plan;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#caller = callerOf(kernel);
  }

  begin(): void {
    const kernel = this.#kernel;
    const look = (): void => this.#look();
    for (const task of this.#tasks) task.onThere = look;
    this.#plan.onLook?.(look);
    kernel.deadlines.arm(this.#deadline, this.#plan.timeoutMs);
    if (this.#caller === undefined) kernel.runtime.scheduler.hold();
    else if (!kernel.edgeless) this.#beginEdges(this.#caller);
  }

  #beginEdges(caller: Process): void {
    const kernel = this.#kernel;
    const refuse = (circle: readonly Process[]): void =>
      this.#end(() => this.#reject(new CallCycleError(circle.map(({ label }) => label))));
    this.#edges = this.#tasks.flatMap((task) =>
      task.process === undefined || task.isThere
        ? []
        : [{ task, caller, callee: task.process, settled: false, refuse }],
    );
    for (const edge of this.#edges) beginWait(kernel, edge);
    // Nobody else may have a turn for a long time: a circle may be closed by this very wait.
    kernel.runtime.scheduler.ready({
      run: () => {
        lookAtWaits(kernel);
        return 1;
      },
    });
  }

  #look(): void {
    for (const edge of this.#edges) {
      if (edge.settled || !edge.task.isThere) continue;
      edge.settled = true;
      endWait(edge);
    }
    if (this.#plan.isEnough()) this.#end(() => this.#resolve(this.#plan.finish(false)));
  }

  #end(how: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const task of this.#tasks) task.onThere = undefined;
    this.#kernel.deadlines.cancel(this.#deadline);
    for (const edge of this.#edges) {
      edge.settled = true;
      endWait(edge);
    }
    if (this.#caller === undefined) this.#kernel.runtime.scheduler.release();
    try {
      how();
    } catch (error) {
      this.#reject(error);
    }
  }
}
