/**
 * A task is a function that runs as a process of its own, and whose result somebody waits for. Next to a bare
 * promise it has a pid: it can be killed, watched and shut down, a fault in it is its own, and by default it
 * shares its fate with the process that started it.
 *
 * ```ts
 * import { createSystem } from "troupe";
 *
 * const system = createSystem({ logger: false });
 * const task = startTask(system, () => 6 * 7);
 * await task.result(); //=> 42
 *
 * const late = startTask(system, () => new Promise(() => undefined));
 * await late.yield({ timeoutMs: 10 }); //=> undefined
 * await late.shutdown("brutalKill"); //=> undefined
 * ```
 *
 * A task is no promise, so that `await task` is never written by mistake for `await task.result()`. Its outcome
 * is handed out once, to its owner: the process that started it, or plain code where a system was given.
 *
 * A process that does not want to wait asks for the answer as a message:
 * `self.request(() => task.result(), "tag")`.
 *
 * Not for: work that has to be restarted (an actor under a supervisor), or that computes for long (a pool of
 * threads): all tasks of a program share one JavaScript thread.
 *
 * @module
 */

import { InvalidOptionsError } from "../core/errors.ts";
import { type ExitReason, SHUTDOWN } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import { chainFrom } from "./callers.ts";
import { afterEnd, ExitNow } from "./death.ts";
import type { BareSelf, Self, System } from "./definition.ts";
import { link, unlink } from "./links.ts";
import { OwnedTask, type Ownership, ownershipOf, type Task } from "./owned-task.ts";
import { processOf } from "./process.ts";
import { checkTaskOptions, type TaskOptions } from "./task-options.ts";

/**
 * Starts `work` as a process.
 *
 * @param owner - `self` of the process that will wait for it, or a system where plain code will
 * @param work - gets the task's own `self`; its `signal` aborts when the task is shut down
 * @param options - `linked`: joins the fates of a process and its task, and is then the default
 * @returns the task; `work` begins after the caller's turn
 * @throws InvalidOptionsError; ActorError `ERR_DETACHED` for an owner that has died, `ERR_NOT_RUNNING`
 * @follows Elixir `Task.async/1`; `linked: false` is `Task.Supervisor.async_nolink/2`
 *
 * @example
 * ```ts
 * import { createSystem } from "troupe";
 *
 * const system = createSystem({ logger: false });
 * const task = startTask(system, () => {
 *   throw new RangeError("no such page");
 * });
 * await task.result().catch((error) => error.reason); //=> { kind: "error", error: RangeError("no such page") }
 * await system.stop();
 * ```
 */
export function startTask<T>(
  owner: Self | System,
  work: (self: BareSelf) => T | Promise<T>,
  options: TaskOptions = {},
): Task<T> {
  const { ownership, linked } = checkedTask(owner, options);
  return spawnTask(ownership, work, { linked, child: linked });
}

/**
 * As {@link startTask}, for a task that is somebody else's child.
 *
 * @param spawn - makes the process that runs what it is given
 */
export function startTaskBy<T>(
  spawn: SpawnWork,
  owner: Self | System,
  work: (self: BareSelf) => T | Promise<T>,
  options: TaskOptions = {},
): Task<T> {
  const { ownership, linked } = checkedTask(owner, options);
  return spawnTask(ownership, work, { linked, child: false, spawn });
}

function checkedTask(owner: Self | System, options: TaskOptions) {
  checkTaskOptions(options);
  const ownership = ownershipOf(owner);
  const linked = options.linked ?? ownership.process !== undefined;
  if (linked && ownership.process === undefined) {
    throw new InvalidOptionsError("startTask", [
      "linked must be false where plain code is the owner: only processes can be linked",
    ]);
  }
  return { ownership, linked };
}

/**
 * A task that has its value already, and no process: for the places where a value may be there at once.
 *
 * @follows Elixir `Task.completed/1`
 *
 * @example
 * ```ts
 * import { createSystem } from "troupe";
 *
 * await completedTask(createSystem(), "from the cache").result(); //=> "from the cache"
 * ```
 */
export function completedTask<T>(owner: Self | System, value: T): Task<T> {
  const made = new OwnedTask<T>(ownershipOf(owner));
  made.arrive({ ok: true, value });
  return made;
}

/** Makes a process that runs `work`, which has the name that the process is to have. */
export type SpawnWork = (work: (self: BareSelf) => Promise<void>) => Pid;

/** How the process of a task comes into the world. */
export interface SpawnOptions {
  readonly linked: boolean;
  /** The owner is its parent. */
  readonly child: boolean;
  /** Somebody else is its parent. */
  readonly spawn?: SpawnWork | undefined;
  /** In the turn of its death, before whoever waits is told. */
  readonly onEnd?: (reason: ExitReason) => void;
}

/** Spawns the process of a task; a child that is not to be linked is unlinked before anything of it has run. */
export function spawnTask<T>(
  owner: Ownership,
  work: (self: BareSelf) => T | Promise<T>,
  { linked, child, spawn, onEnd }: SpawnOptions,
): OwnedTask<T> {
  if (typeof work !== "function") throw new InvalidOptionsError("a task", ["takes a function of self"]);
  const made = new OwnedTask<T>(owner);
  const run = wholeLife(work, (value) => made.returned(value));
  const process = processOf(spawned(owner, run, { child, spawn }));
  if (owner.process !== undefined && linked !== child) (linked ? link : unlink)(process, owner.process);
  if (owner.process !== undefined) process.tie().callers = chainFrom(owner.process);
  made.watch(process, linked, onEnd);
  return made;
}

/** The work of a task as the whole life of a process that has its name. */
export function wholeLife<T>(
  work: (self: BareSelf) => T | Promise<T>,
  returned: (value: T) => void,
): (self: BareSelf) => Promise<void> {
  const run = async (self: BareSelf): Promise<void> => {
    try {
      returned(await work(self));
    } catch (thrown) {
      throw isOwnAbort(self, thrown) ? new ExitNow(SHUTDOWN) : thrown;
    }
  };
  Object.defineProperty(run, "name", { value: work.name || "task" });
  return run;
}

function spawned(
  owner: Ownership,
  run: (self: BareSelf) => Promise<void>,
  { child, spawn }: Pick<SpawnOptions, "child" | "spawn">,
): Pid {
  if (spawn === undefined) return ((child ? owner.self : undefined) ?? owner.system).spawn(run);
  if (owner.process?.status === "dead") throw afterEnd(owner.process, "starts nothing");
  return spawn(run);
}

/** What was told to stop by its signal, and stopped by throwing that, has not crashed. */
function isOwnAbort(self: BareSelf, thrown: unknown): boolean {
  const process = processOf(self.pid);
  if (!process.finishing) return false;
  try {
    const { reason } = self.signal;
    return thrown === reason || (thrown instanceof Error && thrown.cause === reason);
  } catch {
    // A proxy may throw at any look.
    return false;
  }
}
