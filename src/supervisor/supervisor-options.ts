/**
 * What may be said of a supervisor: checked at once, all faults together, before anything starts.
 *
 * @module
 */

import * as z from "zod/mini";
import { specOf } from "../actors/system.ts";
import { type ChildSpec, endings, type HasChild, type Restart, type ShutdownMs } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import { checkOptions, count, durationMs, ofType, oneOf, onFirstUse } from "../core/options.ts";
import type { Name } from "../core/pid.ts";
import type { AutoShutdown } from "../core/restart-policy.ts";
import {
  endlessFaults,
  type RestartOptions,
  type RestartPolicy,
  restartFaults,
  restartPolicy,
  restartShape,
} from "./restart-options.ts";
import type { SupervisorStrategy } from "./restart-plan.ts";

/** How a supervisor is made. */
export interface SupervisorOptions extends RestartOptions {
  /** Its id under its own supervisor, and its name in messages; `"supervisor"` when absent. */
  readonly id?: string;
  readonly name?: Name;
  /** Who is restarted when one child is. */
  readonly strategy: SupervisorStrategy;
  /** Does the end of a `significant` child end this supervisor? `"never"` when absent. */
  readonly autoShutdown?: AutoShutdown;
  /**
   * Milliseconds in which everything below it ends once it stops, however deep; no limit but those of the children
   * when absent. What is left then is named (`process:stopTimedOut`) and killed, leaves first.
   */
  readonly deadlineMs?: number;
  /** Started in this order, stopped in reverse. */
  readonly children: readonly (ChildSpec | HasChild)[];
}

/** How a dynamic supervisor is made. */
export interface DynamicSupervisorOptions extends RestartOptions {
  /** Its id under its own supervisor, and its name in messages; `"dynamicSupervisor"` when absent. */
  readonly id?: string;
  readonly name?: Name;
  /** Beyond so many children, those that wait for a restart included, a start is refused; no limit when absent. */
  readonly maxChildren?: number;
  /** How many may be in their `init` at once; the others wait for their turn, in order. No limit when absent. */
  readonly maxStarting?: number;
  /**
   * Milliseconds in which everything below it ends once it stops, however deep; no limit but those of the children
   * when absent. What is left then is named (`process:stopTimedOut`) and killed, leaves first.
   */
  readonly deadlineMs?: number;
}

/** How a task supervisor is made. */
export interface TaskSupervisorOptions extends RestartOptions {
  /** Its id under a supervisor, and its name in messages; `"tasks"` when absent. */
  readonly name?: string;
  /** Beyond so many tasks, those that wait for a restart included, none is started; no limit when absent. */
  readonly maxChildren?: number;
}

/** How a task that nobody waits for is started. */
export interface TaskChildOptions {
  /** Whether its work is done again when it ends; `"temporary"` when absent: never. */
  readonly restart?: Restart;
  /** How long it may take to end when it is told to; 5,000 when absent. */
  readonly shutdownMs?: ShutdownMs;
}

/** Options with all defaults filled in. */
export interface SupervisorPlan {
  readonly id: string;
  readonly named: { readonly name?: Name<never> };
  readonly strategy: SupervisorStrategy;
  readonly restarts: RestartPolicy;
  readonly autoShutdown: AutoShutdown;
  /** `undefined` for none. */
  readonly deadlineMs: number | undefined;
  readonly children: readonly ChildSpec[];
}

const restarting = () => ({
  ...restartShape(),
  id: z.optional(ofType("string")),
  name: z.optional(z.any()),
  deadlineMs: z.optional(durationMs()),
});

const supervisorOptions = onFirstUse(() =>
  z.strictObject({
    ...restarting(),
    strategy: oneOf("oneForOne", "oneForAll", "restForOne"),
    autoShutdown: z.optional(oneOf("never", "anySignificant", "allSignificant")),
    children: z.array(z.any()),
  }),
);

const dynamicSupervisorOptions = onFirstUse(() =>
  z.strictObject({
    ...restarting(),
    maxChildren: z.optional(count(0)),
    maxStarting: z.optional(count(1)),
  }),
);

const taskSupervisorOptions = onFirstUse(() =>
  z.strictObject({
    ...restartShape(),
    name: z.optional(ofType("string")),
    maxChildren: z.optional(count(0)),
  }),
);

const taskChildOptions = onFirstUse(() => z.strictObject(endings()));

/** @throws InvalidOptionsError with all faults at once */
export function planSupervisor(options: SupervisorOptions): SupervisorPlan {
  const id = options?.id ?? "supervisor";
  const what = `supervisor "${id}"`;
  const faults = [...faultsBy(what, supervisorOptions, options), ...restartFaults(options)];
  const { autoShutdown = "never", children } = options ?? {};
  const specs: ChildSpec[] = [];
  for (const [index, child] of Array.isArray(children) ? children.entries() : []) {
    try {
      specs.push(specOf(child));
    } catch (error) {
      faults.push(`children.${index} ${notAChild(error)}`);
    }
  }
  const restarts = restartPolicy(options ?? {});
  faults.push(...duplicates(specs));
  for (const spec of specs) faults.push(...childFaults(spec, autoShutdown, restarts));
  if (faults.length > 0) throw new InvalidOptionsError(what, faults);
  const { strategy, deadlineMs } = options;
  return { id, ...common(options), strategy, autoShutdown, deadlineMs, children: Object.freeze(specs) };
}

/** @throws InvalidOptionsError with all faults at once */
export function planDynamicSupervisor(options: DynamicSupervisorOptions) {
  const id = options?.id ?? "dynamicSupervisor";
  const what = `dynamicSupervisor "${id}"`;
  const faults = [...faultsBy(what, dynamicSupervisorOptions, options), ...restartFaults(options)];
  if (faults.length > 0) throw new InvalidOptionsError(what, faults);
  const { maxChildren = Number.POSITIVE_INFINITY, maxStarting = Number.POSITIVE_INFINITY } = options;
  return { id, ...common(options), maxChildren, maxStarting, deadlineMs: options.deadlineMs };
}

/** @throws InvalidOptionsError with all faults at once */
export function checkTaskChildOptions(options: TaskChildOptions): void {
  checkOptions("startChild", taskChildOptions, options);
}

/** @throws InvalidOptionsError with all faults at once */
export function planTaskSupervisor(options: TaskSupervisorOptions): DynamicSupervisorPlan {
  const id = options?.name ?? "tasks";
  const what = `createTaskSupervisor "${id}"`;
  const faults = [...faultsBy(what, taskSupervisorOptions, options), ...restartFaults(options)];
  if (faults.length > 0) throw new InvalidOptionsError(what, faults);
  const { name: _label, maxChildren = Number.POSITIVE_INFINITY, ...restarts } = options;
  return {
    id,
    ...common(restarts),
    maxChildren,
    maxStarting: Number.POSITIVE_INFINITY,
    deadlineMs: undefined,
  };
}

/** Options of a dynamic supervisor with all defaults filled in. */
export type DynamicSupervisorPlan = ReturnType<typeof planDynamicSupervisor>;

/** Why a child cannot be where it is. */
export function childFaults(
  spec: ChildSpec,
  autoShutdown: AutoShutdown,
  restarts: RestartPolicy,
): readonly string[] {
  return [...significanceFaults(spec, autoShutdown), ...endlessFaults(spec, restarts)];
}

/**
 * Why a child cannot be significant where it is.
 *
 * @follows Erlang `supervisor`, `bad_combination`
 */
export function significanceFaults(
  spec: Pick<ChildSpec, "id" | "restart" | "significant">,
  autoShutdown: AutoShutdown,
): readonly string[] {
  if (!spec.significant) return [];
  const faults: string[] = [];
  if (autoShutdown === "never") {
    faults.push(
      `child "${spec.id}" is significant, which asks for autoShutdown "anySignificant" or "allSignificant"`,
    );
  }
  if (spec.restart === "permanent") {
    faults.push(
      `child "${spec.id}" is significant and permanent: it never ends by itself; make it transient or temporary`,
    );
  }
  return faults;
}

/** What all supervisors make of their options. */
export function common(
  options: RestartOptions & { readonly name?: Name },
): Pick<SupervisorPlan, "restarts" | "named"> {
  // Typed by whoever made it for this supervisor: nothing tells here which definition that was.
  const named = options.name === undefined ? {} : { name: options.name as Name<never> };
  return { restarts: restartPolicy(options), named };
}

/** The faults that a schema finds. */
export function faultsBy<T>(what: string, schema: () => z.ZodMiniType<T>, options: unknown): string[] {
  try {
    checkOptions(what, schema, options);
    return [];
  } catch (error) {
    if (error instanceof InvalidOptionsError) return [...error.faults];
    throw error;
  }
}

function duplicates(specs: readonly ChildSpec[]): readonly string[] {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of specs) (once.has(id) ? twice : once).add(id);
  return [...twice].map(
    (id) => `two children have the id "${id}"; give one of them another with child(…, { id })`,
  );
}

function notAChild(error: unknown): string {
  return error instanceof InvalidOptionsError ? error.faults.join("; ") : String(error);
}
