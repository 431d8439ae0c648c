/**
 * A supervisor starts its children in order, starts them again when they end, and stops them in reverse.
 * It is a child spec: the children of a supervisor may be supervisors.
 *
 * ```ts
 * import { createRegistry, createSystem, defineActor, reply } from "troupe";
 *
 * const Counter = defineActor({
 *   name: "counter",
 *   init: () => 0,
 *   calls: {
 *     add: (count, by: number) => {
 *       if (by > 100) throw new RangeError(`${by} is too much for me`);
 *       return reply(count + by, count + by);
 *     },
 *   },
 * });
 * const system = createSystem({ logger: false });
 * const names = createRegistry(system, { keys: "unique" });
 * const counter = names.via(Counter, "counter");
 * await system.start(
 *   supervisor({ strategy: "restForOne", children: [names, Counter.child(undefined, { name: counter })] }),
 * );
 * const first = counter.whereis();
 * await counter.call.add(500).catch((error) => error.code); //=> "ERR_EXITED"
 * await counter.call.add(2); //=> 2
 * counter.whereis() === first; //=> false
 * ```
 *
 * A child is found by a name rather than by asking for its pid: give it one in a registry
 * (`Counter.child(0, { name })`), and the name leads to each incarnation in turn.
 *
 * Not for: many children of one kind that come and go; that is {@link dynamicSupervisor}.
 *
 * @module
 */

import { noReply, reply, stop } from "../actors/answers.ts";
import { asked } from "../actors/behaviour.ts";
import { defineInfrastructure } from "../actors/define-actor.ts";
import type { CallSelf, Self, StartArgs, Startable, Started } from "../actors/definition.ts";
import type { Exit } from "../actors/links.ts";
import { type ChildSpec, createChildSpec } from "../core/child-spec.ts";
import { type ExitReason, SHUTDOWN } from "../core/exit-reason.ts";
import type { Pid, Speaks } from "../core/pid.ts";
import { type ChildCounts, type ChildInfo, countsOf, infosOf, PATIENT, SPREAD } from "./calls.ts";
import { Supervision } from "./supervision.ts";
import { planSupervisor, type SupervisorOptions } from "./supervisor-options.ts";

/** What the process of a supervisor answers. None of its calls has a deadline unless the caller gives one. */
export type SupervisorProcess = Speaks<{
  /**
   * All children, the last started first. Does not wait for a start or a stop that is under way.
   *
   * @follows Elixir `Supervisor.which_children/1`
   */
  whichChildren: () => readonly ChildInfo[];
  /** @follows Elixir `Supervisor.count_children/1` */
  countChildren: () => ChildCounts;
  /**
   * The spec of a child, by its id or its pid; `undefined` when there is none.
   *
   * @follows Erlang `supervisor:get_childspec/2`
   */
  getChildSpec: (child: string | Pid) => ChildSpec | undefined;
  /**
   * Starts one more child, after all others: a spec, or a definition and its argument. Rejects with
   * `ERR_CHILD_ID_TAKEN`, `ERR_START_FAILED` (the spec is not kept), or `ERR_IGNORED` (it is).
   *
   * @follows Elixir `Supervisor.start_child/2`
   */
  startChild: <T extends Startable>(what: T, ...arg: StartArgs<T>) => Promise<Started<T>>;
  /**
   * Stops a child and keeps its spec, a temporary child's excepted; waits until nothing of it is left.
   * Answers `false` when there is no such child.
   *
   * @follows Elixir `Supervisor.terminate_child/2`
   */
  terminateChild: (id: string) => boolean;
  /**
   * Starts a child that is stopped. Rejects with `ERR_CHILD_NOT_FOUND`, `ERR_CHILD_RUNNING`,
   * `ERR_CHILD_RESTARTING`, `ERR_START_FAILED` or `ERR_IGNORED`.
   *
   * @follows Elixir `Supervisor.restart_child/2`
   */
  restartChild: (id: string) => Pid;
  /**
   * Forgets a child that is stopped. Answers `false` when there is no such child; rejects with
   * `ERR_CHILD_RUNNING` or `ERR_CHILD_RESTARTING`.
   *
   * @follows Elixir `Supervisor.delete_child/2`
   */
  deleteChild: (id: string) => boolean;
}>;

/**
 * Describes a supervisor. Start it with `system.start`, or list it among the children of another.
 *
 * @returns a child spec of type `"supervisor"`, with all the time it needs to stop its children
 * @throws InvalidOptionsError with all faults at once: unknown options, duplicate ids, no children
 * @follows Elixir `Supervisor.start_link/2`
 *
 * @example
 * ```ts
 * import { createSystem, defineActor, reply } from "troupe";
 *
 * const system = createSystem();
 * const Worker = defineActor({ name: "worker", init: () => 0 });
 * const workers = supervisor({ id: "workers", strategy: "oneForAll", children: [Worker.child(undefined, { id: "a" }), Worker] });
 * const app = await system.start(supervisor({ strategy: "oneForOne", children: [workers] }));
 * await app.call.countChildren(); //=> { specs: 1, active: 1, supervisors: 1, workers: 0 }
 * ```
 */
export function supervisor(options: SupervisorOptions): ChildSpec<SupervisorProcess> {
  const plan = planSupervisor(options);
  const definition = defineInfrastructure({
    name: plan.id,
    init: (_none: undefined, self: Self) => openSupervision(new Supervision(plan, self), self),
    calls: CALLS,
    exit: (run: Supervision, { pid, reason }: Exit) => {
      run.exited(pid, reason);
      return run.after();
    },
    terminate: (run: Supervision) => run.overseer.result(run.close()),
    outline: (run: Supervision) => run.children,
  });
  const { strategy, children } = plan;
  const launch = {
    kind: "actor",
    definition: definition as object,
    arg: undefined,
    plan: { ...plan.restarts.limit, strategy, children },
  } as const;
  return createChildSpec<SupervisorProcess>({ id: plan.id, type: "supervisor", launch }, plan.named);
}

/**
 * The `init` of a supervisor. A shutdown while children start ends the starting: those that run are stopped again.
 */
export function openSupervision(run: Supervision, self: Self): unknown {
  const answer = (fault: ExitReason | undefined): unknown =>
    fault === undefined ? run.after() : stop(fault);
  let interrupted: ((reason: ExitReason) => void) | undefined;
  const opened = run.overseer.result(run.open(), (opening) => {
    self.signal.addEventListener("abort", () => {
      opening.abandon();
      run.overseer.begin(run.close(), () => interrupted?.(SHUTDOWN));
    });
  });
  if (!(opened instanceof Promise)) return answer(opened);
  const cut = new Promise<ExitReason>((resolve) => {
    interrupted = resolve;
  });
  return Promise.race([opened, cut]).then(answer);
}

const CALLS = Object.freeze({
  whichChildren: asked(PATIENT, (run: Supervision) => reply(infosOf(run.children).reverse(), run.after())),
  countChildren: asked(PATIENT, (run: Supervision) => reply(countsOf(run.children), run.after())),
  getChildSpec: asked(PATIENT, (run: Supervision, child: string | Pid) =>
    reply(run.find(child)?.spec, run.after()),
  ),
  startChild: asked(SPREAD, (run: Supervision, inputs: readonly unknown[], { from }: CallSelf) => {
    run.startChild(inputs, from);
    return noReply(run.after());
  }),
  terminateChild: asked(PATIENT, (run: Supervision, id: string, { from }: CallSelf) => {
    run.terminateChild(id, from);
    return noReply(run.after());
  }),
  restartChild: asked(PATIENT, (run: Supervision, id: string, { from }: CallSelf) => {
    run.restartChild(id, from);
    return noReply(run.after());
  }),
  deleteChild: asked(PATIENT, (run: Supervision, id: string, { from }: CallSelf) => {
    run.deleteChild(id, from);
    return noReply(run.after());
  }),
});
