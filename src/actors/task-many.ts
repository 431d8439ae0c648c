/**
 * Waiting for several tasks at once, under one deadline.
 *
 * ```ts
 * import { createSystem, startTask } from "troupe";
 *
 * const system = createSystem();
 * const squares = [1, 2, 3].map((n) => startTask(system, () => n * n));
 * await awaitMany(squares); //=> [1, 4, 9]
 * ```
 *
 * @module
 */

import { InvalidOptionsError } from "../core/errors.ts";
import { OwnedTask, type Task, type TaskOutcome } from "./owned-task.ts";
import { DEFAULT_TIMEOUT_MS } from "./sending.ts";
import {
  checkWaitOptions,
  checkYieldManyOptions,
  type TaskWaitOptions,
  type YieldManyOptions,
} from "./task-options.ts";
import { waitForTasks } from "./task-wait.ts";

/**
 * Waits for the values of all, in the order of `tasks`.
 *
 * The first that fails rejects at once; the others run on, and may still be asked. When the time is up, all
 * without an outcome are given up.
 *
 * @param tasks - each once, all of one owner
 * @param options - `timeoutMs`: milliseconds for all of them together, 5,000 when absent
 * @returns the values; `[]` for no tasks
 * @throws ActorError (as a rejection) as {@link Task.result}
 * @follows Elixir `Task.await_many/2`
 */
export async function awaitMany<T>(tasks: Iterable<Task<T>>, options: TaskWaitOptions = {}): Promise<T[]> {
  checkWaitOptions("awaitMany", options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const owned = checkedTasks<T>("awaitMany", tasks);
  const [first] = owned;
  if (first === undefined) return [];
  const failed = (): OwnedTask<T> | undefined => owned.find((task) => task.hasFailed);
  return await waitForTasks(first.owner.kernel, owned, {
    timeoutMs,
    isEnough: () => failed() !== undefined || owned.every((task) => task.isThere),
    finish: (timedOut) => {
      const one = failed();
      if (one !== undefined) return [one.takeValue()];
      if (!timedOut) return owned.map((task) => task.takeValue());
      const late = owned.filter((task) => !task.isThere);
      for (const task of late) task.giveUp();
      throw (late[0] as OwnedTask<T>).timeoutError(timeoutMs);
    },
  });
}

/**
 * Waits for the outcomes of all, as long as the time allows.
 *
 * @param tasks - each once, all of one owner
 * @param options - `timeoutMs`: milliseconds for all of them together, 5,000 when absent; `limit`: so many
 *   outcomes are enough; `onTimeout`: what becomes of those that have none when the time is up
 * @returns pairs in the order of `tasks`, `undefined` for those without an outcome; `[]` for no tasks
 * @throws ActorError (as a rejection) `ERR_NOT_OWNER`, `ERR_TASK_TAKEN`, `ERR_CALL_CYCLE`
 * @follows Elixir `Task.yield_many/2`
 *
 * @example
 * ```ts
 * import { createSystem, startTask } from "troupe";
 *
 * const system = createSystem();
 * const quick = startTask(system, () => "quick");
 * const never = startTask(system, () => new Promise<string>(() => undefined));
 * const pairs = await yieldMany([never, quick], { timeoutMs: 10, onTimeout: "kill" });
 * pairs.map(([, outcome]) => outcome); //=> [undefined, { ok: true, value: "quick" }]
 * ```
 */
export async function yieldMany<T>(
  tasks: Iterable<Task<T>>,
  options: YieldManyOptions = {},
): Promise<[task: Task<T>, outcome: TaskOutcome<T> | undefined][]> {
  checkYieldManyOptions(options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, limit = Number.POSITIVE_INFINITY, onTimeout = "nothing" } = options;
  const owned = checkedTasks<T>("yieldMany", tasks);
  const [first] = owned;
  if (first === undefined) return [];
  const enough = Math.min(limit, owned.length);
  const { outcomes, late } = await waitForTasks(first.owner.kernel, owned, {
    timeoutMs,
    isEnough: () => owned.filter((task) => task.isThere).length >= enough,
    finish: (timedOut) => ({
      outcomes: owned.map((task) => (task.isThere ? task.take() : undefined)),
      late: timedOut,
    }),
  });
  if (!late || onTimeout === "nothing") return owned.map((task, index) => [task, outcomes[index]]);
  return Promise.all(
    owned.map(async (task, index) => {
      const end = async () => (onTimeout === "ignore" ? task.ignore() : task.shutdown("brutalKill"));
      return [task, outcomes[index] ?? (await end())] as [Task<T>, TaskOutcome<T> | undefined];
    }),
  );
}

/** @throws InvalidOptionsError for what is no task, twice the same, or of several owners; ActorError as {@link Task.poll} */
function checkedTasks<T>(what: string, tasks: Iterable<Task<T>>): OwnedTask<T>[] {
  const owned = [...tasks];
  if (!owned.every((task): task is OwnedTask<T> => task instanceof OwnedTask)) {
    throw new InvalidOptionsError(what, ["takes tasks, as startTask answers them"]);
  }
  if (new Set(owned).size < owned.length) throw new InvalidOptionsError(what, ["takes each task once"]);
  for (const task of owned) task.checkTurn(what);
  return owned;
}
