/**
 * What may be said of a partition supervisor: checked at once, all faults together, before anything starts.
 *
 * @module
 */

import * as z from "zod/mini";
import { specOf } from "../actors/system.ts";
import { type ChildSpec, type HasChild, LAUNCH } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import { checkOptions, count, durationMs, ofType, oneOf, onFirstUse } from "../core/options.ts";
import {
  type RestartOptions,
  type RestartPolicy,
  restartFaults,
  restartPolicy,
  restartShape,
} from "./restart-options.ts";
import type { SupervisorStrategy } from "./restart-plan.ts";
import { childFaults, common, faultsBy, type SupervisorPlan } from "./supervisor-options.ts";

/** How a partition supervisor is made. */
export interface PartitionSupervisorOptions<A = unknown> extends RestartOptions {
  /** Its id under a supervisor, and its name in messages; `"partitions"` when absent. */
  readonly name?: string;
  /**
   * What each partition runs: one spec for all, or a function of the partition's number, called once for each
   * when the supervisor is made. All have the same definition; ids are the numbers, whatever the spec says.
   */
  readonly child: ChildSpec<A> | HasChild<A> | ((partition: number) => ChildSpec<A> | HasChild<A>);
  /**
   * How many there are, and may ever be; 8 when absent. They share one JavaScript thread: what they divide is
   * state, waiting and the damage of a crash, and the number of processors says nothing.
   */
  readonly partitions?: number;
  /** Who is restarted when one is; `"oneForOne"` when absent. */
  readonly strategy?: SupervisorStrategy;
}

/** How a partition's name is made. */
export interface PartitionViaOptions {
  /** Milliseconds that a call waits for a partition that does not run just now; 0 when absent. */
  readonly waitMs?: number;
}

const PARTITIONS = 8;

const LEAVES = 'is spent with "leave": a partition that stays down would leave its keys with nobody';

const partitionOptions = onFirstUse(() =>
  z.strictObject({
    ...restartShape(),
    name: z.optional(ofType("string")),
    child: z.optional(z.any()),
    partitions: z.optional(count(1)),
    strategy: z.optional(oneOf("oneForOne", "oneForAll", "restForOne")),
  }),
);

const viaOptions = onFirstUse(() => z.strictObject({ waitMs: z.optional(durationMs()) }));
const partitions = onFirstUse(() => z.strictObject({ partitions: count(0) }));

/** @throws InvalidOptionsError */
export function checkPartitionViaOptions(options: PartitionViaOptions): void {
  checkOptions("via", viaOptions, options);
}

/**
 * Checks what `resize` was given.
 *
 * @throws InvalidOptionsError
 */
export function checkPartitionCount(wanted: number, most: number): void {
  checkOptions("resize", partitions, { partitions: wanted });
  if (wanted > most) {
    throw new InvalidOptionsError("resize", [
      `${wanted} partitions are more than the ${most} that it was made with`,
    ]);
  }
}

/** @throws InvalidOptionsError with all faults at once */
export function planPartitionSupervisor(options: PartitionSupervisorOptions): SupervisorPlan {
  const id = options?.name ?? "partitions";
  const what = `createPartitionSupervisor "${id}"`;
  const faults = [...faultsBy(what, partitionOptions, options), ...restartFaults(options)];
  if (options?.childBudget?.whenSpent === "leave") faults.push(`childBudget ${LEAVES}`);
  const children = childrenOf(options ?? {}, faults);
  if (faults.length > 0) throw new InvalidOptionsError(what, faults);
  const { name: _label, strategy = "oneForOne", ...restarts } = options;
  return { id, ...common(restarts), strategy, autoShutdown: "never", deadlineMs: undefined, children };
}

function childrenOf(options: Partial<PartitionSupervisorOptions>, faults: string[]): readonly ChildSpec[] {
  const { child, partitions = PARTITIONS } = options;
  const restarts = restartPolicy(options);
  const size = Number.isInteger(partitions) && partitions >= 1 ? partitions : 1;
  const specs: ChildSpec[] = [];
  const found = new Set<string>();
  for (let partition = 0; partition < size; partition += 1) {
    try {
      const spec = specOf(typeof child === "function" ? child(partition) : child);
      for (const fault of specFaults(spec, restarts)) found.add(fault);
      specs.push(spec.with({ id: String(partition) }));
    } catch (error) {
      const given = typeof child === "function" ? `child(${partition})` : "child";
      found.add(
        `${given} ${error instanceof InvalidOptionsError ? error.faults.join("; ") : describe(error)}`,
      );
    }
  }
  faults.push(...found, ...togetherFaults(specs, typeof child === "function"));
  return Object.freeze(specs);
}

function specFaults(spec: ChildSpec, restarts: RestartPolicy): readonly string[] {
  const faults = [...childFaults(spec, "never", restarts)];
  if (spec.restart === "temporary")
    faults.push(`child "${spec.id}" is temporary: a partition that ends would never come back`);
  if (spec.budget?.whenSpent === "leave") faults.push(`child "${spec.id}" has a budget that ${LEAVES}`);
  return faults;
}

function togetherFaults(specs: readonly ChildSpec[], isFunction: boolean): readonly string[] {
  const faults: string[] = [];
  if (new Set(specs.map(definitionOf)).size > 1)
    faults.push(
      "partitions have different definitions; make the definition, or the supervisor, outside of child",
    );
  if (!isFunction && specs.length > 1 && specs.some(({ names }) => names.length > 0))
    faults.push(
      "child has a name, which one partition only can have; give child: (partition) => a spec of its own",
    );
  return faults;
}

/** What a partition is started from; `undefined` for a function of the user's. */
export function definitionOf(spec: ChildSpec): object | undefined {
  const launch = spec[LAUNCH];
  return launch.kind === "actor" ? launch.definition : undefined;
}
