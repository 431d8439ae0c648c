/**
 * Workers that write down what happens to them, for the tests of supervisors.
 *
 * @module
 */
import { reply, stop } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Self } from "../../src/actors/definition.ts";
import type { ChildOptions, ChildSpec } from "../../src/core/child-spec.ts";
import type { ExitReason, ReasonInput } from "../../src/core/exit-reason.ts";
import { type Pid, portOf } from "../../src/core/pid.ts";
import type { DynamicSupervisorProcess } from "../../src/supervisor/dynamic-supervisor.ts";
import type { SupervisorProcess } from "../../src/supervisor/supervisor.ts";

/** What a worker does besides living; one with a `terminate` traps exits. */
export interface Part {
  /** Runs in `init`; `attempt` counts the starts of this id, from 1. What it answers is awaited and dropped. */
  readonly init?: (attempt: number, self: Self) => unknown;
  readonly terminate?: (reason: ExitReason, self: Self) => unknown;
}

/** A worker as its supervisor's tests see it. */
export type WorkerPid = Pid<ReturnType<typeof workerOf>>;

/**
 * A stage for one test. Its diary: `+a` it runs, `!a` its start failed, `-a` it has died (with the reason,
 * unless that was a shutdown).
 */
export function scene() {
  const diary: string[] = [];
  const attempts = new Map<string, number>();
  const Worker = workerOf(diary, attempts);
  return {
    /** A child spec. */
    worker(id: string, options: ChildOptions<typeof Worker> = {}, part: Part = {}): ChildSpec<typeof Worker> {
      return Worker.child({ id, ...part }, { id, ...options });
    },
    /** What was written since the last look. */
    news: (): string => diary.splice(0).join(" "),
  };
}

/** The pid of a child that runs. */
export async function pidOf(
  app: Pid<SupervisorProcess> | Pid<DynamicSupervisorProcess>,
  id: string,
): Promise<WorkerPid> {
  const infos = await (app as Pid<SupervisorProcess>).call.whichChildren();
  const pid = infos.find((info) => info.id === id)?.pid;
  if (typeof pid !== "object") throw new Error(`${id} does not run: ${String(pid)}`);
  return pid as WorkerPid;
}

/** Children as text, in the order of the answer: `b:restarting a:running c:-`. */
export async function shown(app: Pid<SupervisorProcess> | Pid<DynamicSupervisorProcess>): Promise<string> {
  const infos = await (app as Pid<SupervisorProcess>).call.whichChildren();
  return infos.map(({ id, pid }) => `${id}:${typeof pid === "object" ? "running" : (pid ?? "-")}`).join(" ");
}

function workerOf(diary: string[], attempts: Map<string, number>) {
  return defineActor({
    name: "worker",
    init: ({ id, init, terminate }: Part & { readonly id: string }, self) => {
      const attempt = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, attempt);
      const state = { id, terminate };
      const begun = () => {
        // What still runs of an `init` whose process is dead is no start.
        if (portOf(self.pid).status === "dead") return state;
        diary.push(`+${id}`);
        const died = (_pid: Pid, reason: ExitReason) =>
          diary.push(reason.kind === "shutdown" ? `-${id}` : `-${id}:${reason.kind}`);
        portOf(self.pid).watch({ stopping: () => undefined, died });
        if (terminate !== undefined) self.trapExit(true);
        return state;
      };
      const failed = (thrown: unknown): never => {
        diary.push(`!${id}`);
        throw thrown;
      };
      try {
        const answer = init?.(attempt, self);
        return answer instanceof Promise ? answer.then(begun, failed) : begun();
      } catch (thrown) {
        return failed(thrown);
      }
    },
    calls: {
      end: (state, reason: ReasonInput) => reply(undefined, stop(reason, state)),
      raise: (state, message: string) => {
        if (message !== "") throw new RangeError(message);
        return reply(undefined, state);
      },
      who: (state) => reply(state.id, state),
    },
    terminate: ({ terminate }, reason, self) => terminate?.(reason, self) as Promise<void> | undefined,
  });
}

/** A promise that is settled by hand. */
export function gate(): { readonly promise: Promise<void>; open(): void; fail(error: Error): void } {
  let open!: () => void;
  let fail!: (error: Error) => void;
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
