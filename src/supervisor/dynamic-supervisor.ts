/**
 * A dynamic supervisor has children that come and go while it runs: one for each connection, page or job.
 * It begins with none, and each stands for itself.
 *
 * ```ts
 * import { createSystem, defineActor, reply } from "troupe";
 *
 * const Page = defineActor({ name: "page", init: (url: string) => ({ url }), calls: { url: (page) => reply(page.url, page) } });
 * const system = createSystem();
 * const pages = await system.start(dynamicSupervisor({ maxChildren: 100 }));
 * const page = await pages.call.startChild(Page, "file:///index.html");
 * await page.call.url(); //=> "file:///index.html"
 * await pages.call.startChild(Page.child("file:///about.html", { restart: "transient" }));
 * await pages.call.countChildren(); //=> { specs: 2, active: 2, supervisors: 0, workers: 2 }
 * await pages.call.terminateChild(page); //=> true
 * ```
 *
 * Not for: children that are known beforehand and depend on each other; that is {@link supervisor}.
 *
 * @module
 */

import { noReply, reply } from "../actors/answers.ts";
import { asked } from "../actors/behaviour.ts";
import { defineInfrastructure } from "../actors/define-actor.ts";
import type { CallSelf, Self, StartArgs, Startable, Started } from "../actors/definition.ts";
import type { Exit } from "../actors/links.ts";
import { type ChildSpec, createChildSpec } from "../core/child-spec.ts";
import type { Pid, Speaks } from "../core/pid.ts";
import { type ChildCounts, type ChildInfo, countsOf, infosOf, PATIENT, SPREAD } from "./calls.ts";
import { DynamicSupervision } from "./dynamic-supervision.ts";
import { type DynamicSupervisorOptions, planDynamicSupervisor } from "./supervisor-options.ts";

/** What the process of a dynamic supervisor answers. None of its calls has a deadline unless the caller gives one. */
export type DynamicSupervisorProcess = Speaks<{
  /**
   * Starts a child: a spec, or a definition and its argument. Ids may repeat. Inits run side by side, and
   * the answer comes when this child's is over. Rejects with `ERR_MAX_CHILDREN`, `ERR_START_FAILED` or
   * `ERR_IGNORED`; nothing is kept of a child that did not start.
   *
   * @follows Elixir `DynamicSupervisor.start_child/2`; there one init waits for the other
   */
  startChild: <T extends Startable>(what: T, ...arg: StartArgs<T>) => Promise<Started<T>>;
  /**
   * Stops a child for good and waits until nothing of it is left; a restart that is under way is called
   * off. Answers `false` when `pid` is not the last incarnation of any child.
   *
   * @follows Elixir `DynamicSupervisor.terminate_child/2`
   */
  terminateChild: (pid: Pid) => boolean;
  /** @follows Elixir `DynamicSupervisor.which_children/1`; ids are those of the specs here */
  whichChildren: () => readonly ChildInfo[];
  /** @follows Elixir `DynamicSupervisor.count_children/1` */
  countChildren: () => ChildCounts;
}>;

/**
 * Describes a dynamic supervisor. Start it with `system.start`, or list it among the children of another.
 * A child that ends is restarted as its spec says, `"permanent"` when it says nothing; one that is not
 * restarted is forgotten. When it stops, all its children stop at once.
 *
 * @returns a child spec of type `"supervisor"`
 * @throws InvalidOptionsError with all faults at once
 * @follows Elixir `DynamicSupervisor.start_link/1`
 */
export function dynamicSupervisor(
  options: DynamicSupervisorOptions = {},
): ChildSpec<DynamicSupervisorProcess> {
  const plan = planDynamicSupervisor(options);
  const definition = defineInfrastructure({
    name: plan.id,
    init: (_none: undefined, self: Self) => new DynamicSupervision(plan, self),
    calls: CALLS,
    exit: (run: DynamicSupervision, { pid, reason }: Exit) => {
      run.exited(pid, reason);
      return run.after();
    },
    terminate: (run: DynamicSupervision) => run.overseer.result(run.close()),
    outline: (run: DynamicSupervision) => [...run.children],
  });
  const launch = {
    kind: "actor",
    definition: definition as object,
    arg: undefined,
    plan: plan.restarts.limit,
  } as const;
  return createChildSpec<DynamicSupervisorProcess>({ id: plan.id, type: "supervisor", launch }, plan.named);
}

const CALLS = Object.freeze({
  whichChildren: asked(PATIENT, (run: DynamicSupervision) => reply(infosOf(run.children), run.after())),
  countChildren: asked(PATIENT, (run: DynamicSupervision) => reply(countsOf(run.children), run.after())),
  startChild: asked(SPREAD, (run: DynamicSupervision, inputs: readonly unknown[], { from }: CallSelf) => {
    run.startChild(inputs, from);
    return noReply(run.after());
  }),
  terminateChild: asked(PATIENT, (run: DynamicSupervision, pid: Pid, { from }: CallSelf) => {
    run.terminateChild(pid, from);
    return noReply(run.after());
  }),
});
