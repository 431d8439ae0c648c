/**
 * A partition supervisor runs the same child several times, and a key says which of them is meant: state that
 * is divided among them, or several of what would be one bottleneck.
 *
 * ```ts
 * import { createSystem, defineActor, reply, supervisor } from "troupe";
 *
 * const Cache = defineActor({
 *   name: "cache",
 *   init: () => new Map<string, number>(),
 *   calls: {
 *     get: (cache, key: string) => reply(cache.get(key), cache),
 *     put: (cache, [key, value]: [string, number]) => reply(undefined, cache.set(key, value)),
 *   },
 * });
 * const system = createSystem({ logger: false });
 * const caches = createPartitionSupervisor(system, { name: "caches", child: Cache, partitions: 4 });
 * await system.start(supervisor({ strategy: "oneForOne", children: [caches] }));
 *
 * const ada = caches.via("ada");
 * await ada.call.put(["ada", 36]);
 * await caches.via("ada").call.get("ada"); //=> 36
 * ```
 *
 * Where one dynamic supervisor would be busy with too many starts, run several and let each process ask its own:
 *
 * ```ts
 * import { createSystem, defineActor, dynamicSupervisor } from "troupe";
 *
 * const Page = defineActor({ name: "page", init: (url: string) => url });
 * const system = createSystem();
 * const pages = createPartitionSupervisor(system, { child: dynamicSupervisor() });
 * const Crawler = defineActor({
 *   name: "crawler",
 *   init: async (url: string, self) => pages.via(self.pid).call.startChild(Page, url),
 * });
 * await system.start(Crawler, "file:///index.html");
 * (await pages.countChildren()).active; //=> 8
 * ```
 *
 * Not for: one process for each key (a registry with `lookupOrStart`), or load that goes wherever there is room
 * (a routing pool).
 *
 * @module
 */

import { noReply, reply } from "../actors/answers.ts";
import { asked, behaviourOf } from "../actors/behaviour.ts";
import type { CallSelf, System } from "../actors/definition.ts";
import { HandleProcess } from "../actors/handle-process.ts";
import type { Exit } from "../actors/links.ts";
import { createName } from "../actors/name-address.ts";
import type { From } from "../actors/sending.ts";
import { startFailure } from "../actors/start-wait.ts";
import type { ChildOptions, ChildSpec, Handle } from "../core/child-spec.ts";
import { ActorError, InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import { type Name, type Pid, PORT, type Speaks } from "../core/pid.ts";
import { type ChildCounts, type ChildInfo, countsOf, infosOf, PATIENT } from "./calls.ts";
import type { Child } from "./child.ts";
import { Partition, PartitionName, type PartitionTable } from "./partition.ts";
import { PartitionKeys } from "./partition-key.ts";
import {
  checkPartitionCount,
  checkPartitionViaOptions,
  definitionOf,
  type PartitionSupervisorOptions,
  type PartitionViaOptions,
  planPartitionSupervisor,
} from "./partition-options.ts";
import type { Procedure } from "./procedure.ts";
import { Supervision } from "./supervision.ts";
import { openSupervision } from "./supervisor.ts";
import type { SupervisorPlan } from "./supervisor-options.ts";

/** What the process of a partition supervisor answers. */
export type PartitionSupervisorProcess = Speaks<{
  /** As {@link PartitionSupervisor.whichChildren}. */
  whichChildren: () => readonly ChildInfo[];
  /** As {@link PartitionSupervisor.countChildren}. */
  countChildren: () => ChildCounts;
  /** As {@link PartitionSupervisor.resize}. */
  resize: (partitions: number) => number;
}>;

/**
 * The same child several times, found by key. Its process starts at first use, or under the supervisor that lists
 * it; a use while it is down throws `ERR_NOT_RUNNING`.
 */
export interface PartitionSupervisor<A = unknown> extends Handle<PartitionSupervisorProcess> {
  /**
   * Makes the name of the partition that `key` leads to, whoever runs as it at each use. It cannot be registered.
   *
   * @param key - an integer leads to its remainder by the number of partitions, a process by its serial, anything
   *   else by a hash; tuples by value, objects by identity. Which one that is may change between releases.
   * @param options - `waitMs`: milliseconds that a call waits for a partition that does not run just now
   * @throws InvalidOptionsError; for partitions that a function of your own starts, too: use `whereis`
   * @follows Elixir `{:via, PartitionSupervisor, {name, key}}`
   */
  via(key: unknown, options?: PartitionViaOptions): Name<A>;
  /**
   * Finds the partition that `key` leads to.
   *
   * @returns its process; `undefined` while it does not run
   * @throws ActorError `ERR_NOT_RUNNING`, also when there are no partitions
   * @follows Elixir `PartitionSupervisor.whereis_name/1`; there a partition that has died is still found
   */
  whereis(key: unknown): Pid<A> | undefined;
  /**
   * Counts the partitions that keys lead to.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Elixir `PartitionSupervisor.partitions/1`
   */
  partitions(): number;
  /**
   * Uses so many partitions from now on. Fewer: keys lead to the first ones at once, and the others are stopped,
   * the last one first. More: they are started, then keys lead to them. Keys move; state does not. A supervisor
   * that is restarted begins with all.
   *
   * @param partitions - from 0 to the number that it was made with
   * @returns a promise of how many were in use before; where one does not start, it rejects with
   *   `ERR_START_FAILED` or `ERR_IGNORED`, and all is as it was
   * @throws InvalidOptionsError, ActorError (as a rejection) `ERR_NOT_RUNNING`
   * @follows Elixir `PartitionSupervisor.resize!/2`; there those left over stop in their order, here in reverse
   */
  resize(partitions: number): Promise<number>;
  /**
   * Lists all partitions, those that are not in use included, the last one first.
   *
   * @throws ActorError (as a rejection) `ERR_NOT_RUNNING`
   * @follows Elixir `PartitionSupervisor.which_children/1`
   */
  whichChildren(): Promise<readonly ChildInfo[]>;
  /**
   * Counts all partitions, those that are not in use included.
   *
   * @throws ActorError (as a rejection) `ERR_NOT_RUNNING`
   * @follows Elixir `PartitionSupervisor.count_children/1`
   */
  countChildren(): Promise<ChildCounts>;
}

/**
 * Makes a partition supervisor.
 *
 * @param options - `child`: one spec for all, or a function of the partition's number, never temporary; `partitions`:
 *   8 when absent
 * @throws InvalidOptionsError with all faults at once
 * @follows Elixir `PartitionSupervisor.start_link/1`; a function of the number stands for `with_arguments`, and no partition is temporary
 *
 * @example
 * ```ts
 * import { createSystem, defineActor, reply } from "troupe";
 *
 * const Part = defineActor({ name: "part", init: (no: number) => no, calls: { no: (no) => reply(no, no) } });
 * const system = createSystem();
 * const parts = createPartitionSupervisor(system, { child: (no) => Part.child(no), partitions: 3 });
 * await parts.via(7).call.no(); //=> 1
 * await parts.resize(2); //=> 3
 * await parts.via(6).call.no(); //=> 0
 * ```
 */
export function createPartitionSupervisor<A>(
  system: System,
  options: PartitionSupervisorOptions<A>,
): PartitionSupervisor<A> {
  return new PartitionHandle<A>(system, options as PartitionSupervisorOptions);
}

class PartitionHandle<A> implements PartitionSupervisor<A>, PartitionTable {
  readonly #plan: SupervisorPlan;
  readonly #process: HandleProcess<PartitionSupervisorProcess>;
  readonly #keys = new PartitionKeys();
  readonly #partitions: readonly Partition[];
  readonly #waiting = new Set<{ readonly spread: number; readonly found: (pid: Pid) => void }>();
  #children: readonly Child[] = [];
  /** How many keys lead to. */
  #count = 0;

  constructor(system: System, options: PartitionSupervisorOptions) {
    const plan = planPartitionSupervisor(options);
    const label = (id: string): string => `partition ${id} of ${plan.id}`;
    this.#partitions = plan.children.map(({ id }) => new Partition(label(id), () => this.#tell()));
    const children = plan.children.map((spec, at) =>
      spec.with({ name: [...spec.names, (this.#partitions[at] as Partition).name] }),
    );
    this.#plan = { ...plan, children };
    this.#process = new HandleProcess(system, {
      name: plan.id,
      type: "supervisor",
      plan: { ...plan.restarts.limit, strategy: plan.strategy, children },
      open: (self) => {
        const run = new Supervision(this.#plan, self);
        this.#children = run.children;
        this.#count = run.children.length;
        return openSupervision(run, self);
      },
      calls: this.#calls(),
      exit: (run: Supervision, { pid, reason }: Exit) => {
        run.exited(pid, reason);
        return run.after();
      },
      terminate: (run: Supervision) => run.overseer.result(run.close()),
      outline: (run: Supervision) => run.children,
    });
  }

  child(options?: ChildOptions<PartitionSupervisorProcess>): ChildSpec<PartitionSupervisorProcess> {
    return this.#process.child(options);
  }

  via(key: unknown, options: PartitionViaOptions = {}): Name<A> {
    checkPartitionViaOptions(options);
    const definition = definitionOf(this.#plan.children[0] as ChildSpec);
    if (definition === undefined) {
      const fault =
        "its partitions are started by a function, so that nothing is known of their calls; use whereis";
      throw new InvalidOptionsError(`via of ${this.#plan.id}`, [fault]);
    }
    const shown = typeof key === "object" && key !== null && PORT in key ? String(key) : describe(key);
    const port = new PartitionName(`${shown} in ${this.#plan.id}`, this, this.#keys.spread(key));
    return createName<A>(this.#process.kernel, behaviourOf(definition), port, options);
  }

  whereis(key: unknown): Pid<A> | undefined {
    return this.find(this.#keys.spread(key)) as Pid<A> | undefined;
  }

  partitions(): number {
    this.#process.use();
    return this.#count;
  }

  async resize(partitions: number): Promise<number> {
    return this.#running().call.resize(partitions);
  }

  async whichChildren(): Promise<readonly ChildInfo[]> {
    return this.#running().call.whichChildren();
  }

  async countChildren(): Promise<ChildCounts> {
    return this.#running().call.countChildren();
  }

  find(spread: number): Pid | undefined {
    this.#process.use();
    if (this.#count === 0) {
      const text = `${this.#plan.id} has no partitions in use; resize it`;
      throw new ActorError("ERR_NOT_RUNNING", "no", text);
    }
    const at = spread % this.#count;
    // A function of the user's takes no names.
    return this.#partitions[at]?.whereis() ?? this.#children[at]?.taking;
  }

  onFound(spread: number, found: (pid: Pid) => void): () => void {
    const one = { spread, found };
    this.#waiting.add(one);
    return () => this.#waiting.delete(one);
  }

  /** Whoever waits for a partition that is there now is told. */
  #tell(): void {
    if (this.#count === 0) return;
    for (const one of [...this.#waiting]) {
      const pid = this.#partitions[one.spread % this.#count]?.whereis();
      if (pid === undefined) continue;
      this.#waiting.delete(one);
      one.found(pid);
    }
  }

  #running(): Pid<PartitionSupervisorProcess> {
    this.#process.use();
    return this.#process.pid as Pid<PartitionSupervisorProcess>;
  }

  #calls(): Readonly<Record<string, unknown>> {
    return {
      whichChildren: asked(PATIENT, (run: Supervision) =>
        reply(infosOf(run.children).reverse(), run.after()),
      ),
      countChildren: asked(PATIENT, (run: Supervision) => reply(countsOf(run.children), run.after())),
      resize: asked(PATIENT, (run: Supervision, partitions: number, { from }: CallSelf) => {
        try {
          checkPartitionCount(partitions, run.children.length);
          run.add(this.#resize(run, partitions, from));
        } catch (error) {
          from.fail(error);
        }
        return noReply(run.after());
      }),
    };
  }

  *#resize(run: Supervision, partitions: number, from: From<number>): Procedure<void> {
    const before = this.#count;
    const fault =
      partitions > before ? yield* this.#grow(run, partitions) : yield* this.#shrink(run, partitions);
    if (fault === undefined) from.reply(before);
    else from.fail(fault);
  }

  /** Nobody is led to a partition that is about to stop. */
  *#shrink(run: Supervision, partitions: number): Procedure<undefined> {
    const surplus = run.children.slice(partitions, this.#count);
    this.#count = partitions;
    this.#tell();
    for (const child of surplus.reverse()) yield* run.halt(child);
  }

  /** @returns why one did not start: then all that were started are stopped again */
  *#grow(run: Supervision, partitions: number): Procedure<ActorError | undefined> {
    const fresh = run.children.slice(this.#count, partitions).filter((child) => !child.active);
    for (const [at, child] of fresh.entries()) {
      const outcome = yield* run.start(child);
      if (outcome.kind === "started") continue;
      for (const started of fresh.slice(0, at + 1).reverse()) yield* run.halt(started);
      return startFailure(`partition ${child.id} of ${this.#plan.id}`, outcome);
    }
    this.#count = partitions;
    this.#tell();
    return undefined;
  }
}
