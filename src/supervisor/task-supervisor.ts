/**
 * A task supervisor is whose children tasks are: they outlive who asked for them, where they are not linked
 * to it, and end with their supervisor, in its place in the tree.
 *
 * ```ts
 * import { createSystem, supervisor } from "troupe";
 *
 * const system = createSystem({ logger: false });
 * const tasks = createTaskSupervisor(system, { maxChildren: 100 });
 * await system.start(supervisor({ strategy: "oneForOne", children: [tasks] }));
 *
 * const answer = tasks.startTask(system, () => 6 * 7);
 * await answer.result(); //=> 42
 *
 * const sent: string[] = [];
 * const mail = tasks.startChild(() => void sent.push("welcome"));
 * await mail.down(); //=> { kind: "normal" }
 * sent; //=> ["welcome"]
 * ```
 *
 * Everything starts in the caller's turn: the supervisor's mailbox is not on the way.
 *
 * @module
 */

import { noReply, reply } from "../actors/answers.ts";
import { asked } from "../actors/behaviour.ts";
import type { BareSelf, CallSelf, Self, System } from "../actors/definition.ts";
import { HandleProcess } from "../actors/handle-process.ts";
import type { Exit } from "../actors/links.ts";
import type { Task } from "../actors/owned-task.ts";
import { startTaskBy, wholeLife } from "../actors/task.ts";
import type { TaskOptions, TaskStreamOptions } from "../actors/task-options.ts";
import { type StreamOutcome, streamBy } from "../actors/task-stream.ts";
import { type ChildOptions, type ChildSpec, childSpec, type Handle } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import type { Pid, Speaks } from "../core/pid.ts";
import { type ChildCounts, countsOf, PATIENT } from "./calls.ts";
import { DynamicSupervision } from "./dynamic-supervision.ts";
import {
  checkTaskChildOptions,
  planTaskSupervisor,
  type TaskChildOptions,
  type TaskSupervisorOptions,
} from "./supervisor-options.ts";

/** What the process of a task supervisor answers. */
export type TaskSupervisorProcess = Speaks<{
  /**
   * Stops a task for good, and waits until nothing of it is left. Answers `false` when `pid` is none of its tasks.
   *
   * @follows Elixir `Task.Supervisor.terminate_child/2`
   */
  terminateChild: (pid: Pid) => boolean;
  /** Counts its tasks; those that wait for a restart are not active. */
  countChildren: () => ChildCounts;
}>;

/**
 * Starts tasks as its own children. Its process starts at first use, or under the supervisor that lists it; a
 * use while it is down throws `ERR_NOT_RUNNING`.
 */
export interface TaskSupervisor extends Handle<TaskSupervisorProcess> {
  /**
   * Starts `work` as a process, for somebody who waits for its outcome. Linked to an owner that is a process
   * unless `linked` is `false`: then it lives on when its owner dies.
   *
   * @param owner - `self` of the process that will wait for it, or a system where plain code will
   * @throws InvalidOptionsError; ActorError `ERR_MAX_CHILDREN`, `ERR_NOT_RUNNING`, `ERR_DETACHED`
   * @follows Elixir `Task.Supervisor.async/3` and `async_nolink/3`
   */
  startTask<T>(
    owner: Self | System,
    work: (self: BareSelf) => T | Promise<T>,
    options?: TaskOptions,
  ): Task<T>;
  /**
   * Runs `work` for each of `items`, as `taskStream` does. Where there is no room for one more task, what runs
   * is killed and `next()` rejects with `ERR_MAX_CHILDREN`.
   *
   * @throws InvalidOptionsError
   * @follows Elixir `Task.Supervisor.async_stream/4` and `async_stream_nolink/4`
   */
  taskStream<Item, T>(
    owner: Self | System,
    items: Iterable<Item> | AsyncIterable<Item>,
    work: (item: Item, self: BareSelf) => T | Promise<T>,
    options?: TaskStreamOptions,
  ): AsyncIterableIterator<StreamOutcome<T, Item>>;
  /**
   * Starts `work` as a process that nobody waits for.
   *
   * @param options - `restart`: whether the work is done again when it ends, `"temporary"` when absent
   * @returns its pid, at once; `work` begins after the caller's turn
   * @throws InvalidOptionsError; ActorError `ERR_MAX_CHILDREN`, `ERR_NOT_RUNNING`
   * @follows Elixir `Task.Supervisor.start_child/3`
   */
  startChild(work: (self: BareSelf) => unknown, options?: TaskChildOptions): Pid;
  /**
   * Lists the tasks that run, in the order in which they were started.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `Task.Supervisor.children/1`
   */
  children(): readonly Pid[];
  /**
   * Stops a task for good: aborts its `self.signal`, gives it its `shutdownMs`, then kills it.
   *
   * @returns a promise, once nothing of it is left: `false` when `pid` is none of its tasks
   * @throws ActorError (as a rejection) `ERR_NOT_RUNNING`, `ERR_EXITED`
   * @follows Elixir `Task.Supervisor.terminate_child/2`
   */
  terminateChild(pid: Pid): Promise<boolean>;
}

/**
 * Makes a task supervisor.
 *
 * @param options - `maxChildren`: how many tasks may run; restarts as in `dynamicSupervisor`, for tasks of
 *   {@link TaskSupervisor.startChild} that are not temporary
 * @throws InvalidOptionsError with all faults at once
 * @follows Elixir `Task.Supervisor.start_link/1`
 *
 * @example
 * ```ts
 * import { createSystem } from "troupe";
 *
 * const system = createSystem({ logger: false });
 * const tasks = createTaskSupervisor(system, { maxChildren: 1 });
 * const slow = tasks.startTask(system, ({ signal }) => new Promise((_, stop) => signal.addEventListener("abort", stop)));
 * tasks.children().length; //=> 1
 * await tasks.terminateChild(tasks.children()[0]!); //=> true
 * (await slow.yield())?.ok; //=> false
 * ```
 */
export function createTaskSupervisor(system: System, options: TaskSupervisorOptions = {}): TaskSupervisor {
  return new TaskSupervisorHandle(system, options);
}

const NO_OPTIONS: TaskChildOptions = Object.freeze({});

class TaskSupervisorHandle implements TaskSupervisor {
  readonly #system: System;
  readonly #process: HandleProcess<TaskSupervisorProcess>;
  #run: DynamicSupervision | undefined = undefined;

  constructor(system: System, options: TaskSupervisorOptions) {
    const plan = planTaskSupervisor(options);
    this.#system = system;
    this.#process = new HandleProcess(system, {
      name: plan.id,
      type: "supervisor",
      plan: plan.restarts.limit,
      open: (self) => {
        this.#run = new DynamicSupervision(plan, self);
        return this.#run;
      },
      calls: CALLS,
      exit: (run: DynamicSupervision, { pid, reason }: Exit) => {
        run.exited(pid, reason);
        return run.after();
      },
      terminate: (run: DynamicSupervision) => run.overseer.result(run.close()),
      outline: (run: DynamicSupervision) => [...run.children],
    });
  }

  child(options?: ChildOptions<TaskSupervisorProcess>): ChildSpec<TaskSupervisorProcess> {
    return this.#process.child(options);
  }

  startTask<T>(
    owner: Self | System,
    work: (self: BareSelf) => T | Promise<T>,
    options?: TaskOptions,
  ): Task<T> {
    return startTaskBy((run) => this.#start(run, NO_OPTIONS), owner, work, options);
  }

  taskStream<Item, T>(
    owner: Self | System,
    items: Iterable<Item> | AsyncIterable<Item>,
    work: (item: Item, self: BareSelf) => T | Promise<T>,
    options: TaskStreamOptions = {},
  ): AsyncIterableIterator<StreamOutcome<T, Item>> {
    return streamBy((run) => this.#start(run, NO_OPTIONS), owner, items, work, options);
  }

  startChild(work: (self: BareSelf) => unknown, options: TaskChildOptions = NO_OPTIONS): Pid {
    if (typeof work !== "function") throw new InvalidOptionsError("startChild", ["takes a function of self"]);
    checkTaskChildOptions(options);
    return this.#start(
      wholeLife(work, () => undefined),
      options,
    );
  }

  children(): readonly Pid[] {
    return Array.from(this.#running.children, ({ taking }) => taking).filter((pid) => pid !== undefined);
  }

  async terminateChild(pid: Pid): Promise<boolean> {
    this.#process.use();
    return (this.#process.pid as Pid<TaskSupervisorProcess>).call.terminateChild(pid);
  }

  #start(run: (self: BareSelf) => Promise<void>, options: TaskChildOptions): Pid {
    const start = (): Pid => this.#system.spawn(run);
    return this.#running.startNow(childSpec({ restart: "temporary", ...options, id: run.name, start }));
  }

  /** @throws ActorError `ERR_NOT_RUNNING` */
  get #running(): DynamicSupervision {
    this.#process.use();
    return this.#run as DynamicSupervision;
  }
}

const CALLS = Object.freeze({
  countChildren: asked(PATIENT, (run: DynamicSupervision) => reply(countsOf(run.children), run.after())),
  terminateChild: asked(PATIENT, (run: DynamicSupervision, pid: Pid, { from }: CallSelf) => {
    run.terminateChild(pid, from);
    return noReply(run.after());
  }),
});
