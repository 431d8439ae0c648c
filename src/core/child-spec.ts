/**
 * A child spec says how a supervisor starts, stops and restarts one child. It is a value: it can be
 * made far from the supervisor, listed, and given to more than one.
 *
 * @module
 */

import * as z from "zod/mini";
import type { ExitReason } from "./exit-reason.ts";
import type { NamePort } from "./name.ts";
import { callback, checkGiven, checkOptions, ofType, oneOf, onFirstUse } from "./options.ts";
import type { Name, Pid } from "./pid.ts";
import { type RestartBackoff, restartBackoff } from "./restart-backoff-options.ts";
import { ENDLESS, isEndless, type RestartBudget, restartBudget } from "./restart-budget-options.ts";

/**
 * When a child that ended is started again: always, only when it ended abnormally, or never.
 *
 * @follows Elixir `Supervisor`, restart values
 */
export type Restart = "permanent" | "transient" | "temporary";

/** How long a child may take to end: milliseconds, without limit, or not at all. */
export type ShutdownMs = number | "infinity" | "brutalKill";

/** What may be said of a child besides what it is. */
export interface ChildOptions<out A = unknown> {
  /** Unique under its supervisor; the definition's name when absent. */
  readonly id?: string;
  /** A name of this very actor: a name made for another one does not compile. */
  readonly name?: Name<A> | readonly Name<A>[];
  /** `"permanent"` when absent. */
  readonly restart?: Restart;
  /** 5,000 when absent, `"infinity"` for supervisors. */
  readonly shutdownMs?: ShutdownMs;
  /** Ends its supervisor when it ends by itself (`autoShutdown`). */
  readonly significant?: boolean;
  /** Waits before its restarts; those of its supervisor when absent. */
  readonly backoff?: RestartBackoff;
  /** Restarts forgiven to this very child; those of its supervisor when absent. */
  readonly budget?: RestartBudget;
}

/** What a supervisor's spec tells of it before it starts. */
export interface SupervisionPlan {
  /** Absent where each child stands for itself. */
  readonly strategy?: string;
  readonly maxRestarts: number;
  /** Milliseconds. */
  readonly periodMs: number;
  /** In the order of their start; absent where they come while it runs. */
  readonly children?: readonly ChildSpec[];
}

/** What a spec starts: a definition with its argument, or whatever a function starts. */
export type Launchable =
  | {
      readonly kind: "actor";
      readonly definition: object;
      readonly arg: unknown;
      readonly plan?: SupervisionPlan;
    }
  | { readonly kind: "function"; readonly start: () => unknown };

/** Where a spec keeps what it starts. */
export const LAUNCH: unique symbol = Symbol("troupe.launch");

/** How to start, stop and restart one child. */
export interface ChildSpec<out A = unknown> {
  readonly id: string;
  readonly restart: Restart;
  readonly shutdownMs: ShutdownMs;
  readonly significant: boolean;
  readonly backoff?: RestartBackoff;
  readonly budget?: RestartBudget;
  readonly type: "worker" | "supervisor";
  readonly names: readonly Name<A>[];
  /** The definition, for its type. */
  readonly starts?: A;
  readonly [LAUNCH]: Launchable;
  /** A copy with other options. */
  with(overrides: ChildOptions<A>): ChildSpec<A>;
}

/** Anything that knows its own spec: registries, pools, and definitions that need no argument. */
export interface HasChild<out A = unknown> {
  child(): ChildSpec<A>;
}

/** A handle whose process is started by `system.start` or a supervisor. */
export interface Handle<out A = unknown> extends HasChild<A> {
  child(options?: ChildOptions<A>): ChildSpec<A>;
}

/** What starting a child came to. */
export type StartOutcome =
  | { readonly kind: "started"; readonly pid: Pid }
  | { readonly kind: "ignored" }
  | { readonly kind: "failed"; readonly reason: ExitReason };

/** What any child may say of its own end. */
export const endings = () => ({
  restart: z.optional(oneOf("permanent", "transient", "temporary")),
  shutdownMs: z.optional(
    z.custom<ShutdownMs>(
      (value) => value === "infinity" || value === "brutalKill" || (typeof value === "number" && value >= 0),
      { error: 'must be milliseconds of at least 0, "infinity" or "brutalKill"' },
    ),
  ),
});

const knownOptions = onFirstUse(() =>
  z.strictObject({
    ...endings(),
    id: z.optional(ofType("string")),
    name: z.optional(
      z.custom<Name | readonly Name[]>((value) => [value].flat().every(isName), {
        error: "must be a name, or a list of names: what via(…) of a registry answers",
      }),
    ),
    significant: z.optional(ofType("boolean")),
    backoff: z.optional(restartBackoff()),
    budget: z.optional(restartBudget()),
  }),
);

const childOptions = onFirstUse(() =>
  knownOptions().check(
    z.refine(({ budget, backoff }) => !isEndless(budget?.maxRestarts, backoff?.minMs), {
      path: ["budget", "maxRestarts"],
      error: ENDLESS,
    }),
  ),
);

function isName(value: unknown): boolean {
  return typeof value === "object" && value !== null && NAME_PORT in value;
}

const NO_OPTIONS: ChildOptions<never> = Object.freeze({});
/** What few specs say: nothing is kept of it where it is not said. */
type Restarts = Pick<ChildOptions, "backoff" | "budget">;
const NO_RESTARTS: Restarts = Object.freeze({});
const NO_NAMES: readonly never[] = Object.freeze([]);

/** Makes a spec; `options` are checked, all faults at once. */
export function createChildSpec<A>(
  base: { readonly id: string; readonly type: "worker" | "supervisor"; readonly launch: Launchable },
  options: ChildOptions<A> = NO_OPTIONS as ChildOptions<A>,
): ChildSpec<A> {
  if (options !== NO_OPTIONS) checkOptions(`child "${options?.id ?? base.id}"`, childOptions, options);
  const { id = base.id, restart = "permanent", significant = false } = options;
  const shutdownMs = options.shutdownMs ?? (base.type === "supervisor" ? "infinity" : 5_000);
  const names = options.name === undefined ? NO_NAMES : [options.name].flat();
  return Object.freeze({
    id,
    restart,
    shutdownMs,
    significant,
    ...restartsOf(options),
    type: base.type,
    names: Object.freeze(names) as readonly Name<A>[],
    [LAUNCH]: base.launch,
    with: withOverrides,
  });
}

function restartsOf({ backoff, budget }: Restarts): Restarts {
  if (backoff === undefined) return budget === undefined ? NO_RESTARTS : { budget };
  return budget === undefined ? { backoff } : { backoff, budget };
}

/** Shared by all specs: a supervisor may keep very many. */
function withOverrides<A>(this: ChildSpec<A>, overrides: ChildOptions<A>): ChildSpec<A> {
  checkGiven(`child "${this.id}"`, overrides);
  const { id, restart, shutdownMs, significant, names: name, type } = this;
  const base = { id, type, launch: this[LAUNCH] };
  const same = { id, restart, shutdownMs, significant, name, ...restartsOf(this) };
  return createChildSpec(base, { ...same, ...overrides });
}

/**
 * A child whose start is a function of one's own.
 *
 * @param options - `start` answers the pid of a process it started, `ignore()` or `refuse(reason)`
 * @throws InvalidOptionsError
 * @follows Elixir child specs; there `start` is a triple of module, function and arguments
 */
export function childSpec<A>(
  options: ChildOptions<A> & {
    readonly id: string;
    readonly start: () => Pid<A> | object | Promise<Pid<A> | object>;
  },
): ChildSpec<A> {
  checkGiven("childSpec", options);
  const { start, ...rest } = options;
  checkOptions("childSpec", functionSpec, { id: rest.id, start });
  return createChildSpec({ id: rest.id, type: "worker", launch: { kind: "function", start } }, rest);
}

const functionSpec = onFirstUse(() => z.strictObject({ id: ofType("string"), start: callback() }));

/** Where a name keeps its port. */
export const NAME_PORT: unique symbol = Symbol("troupe.name");

/** The port of a name made by this library. */
export function namePortOf(name: Name): NamePort {
  return (name as unknown as { readonly [NAME_PORT]: NamePort })[NAME_PORT];
}
