/**
 * The options of an application.
 *
 * @module
 */

import { constants } from "node:os";
import * as z from "zod/mini";
import type { System } from "../actors/definition.ts";
import { type SystemOptions, systemOptions } from "../actors/system-options.ts";
import type { ChildSpec, HasChild } from "../core/child-spec.ts";
import { callback, checkOptions, durationMs, onFirstUse } from "../core/options.ts";
import type { Ending } from "./ending.ts";

/** What stands at the root of an application: as a rule a supervisor. */
export type Root = ChildSpec | HasChild;

/** What a root that is made by a function is told. */
export interface RootContext {
  /** Aborts when the application is to stop, which may be before its tree has started. */
  readonly signal: AbortSignal;
  /** Stops the application in order; it exits with 0. For programs whose work comes to an end. */
  readonly stop: () => void;
}

/** How an application is made: what a system takes, and what stands in it. */
export interface ApplicationOptions extends SystemOptions {
  /** What is started, or a function that makes it: registries and pools are made for a system, which it is given. */
  readonly root: Root | ((system: System, context: RootContext) => Root | Promise<Root>);
  /**
   * Milliseconds for the whole tree to stop in order; what is left then is named, killed, and has one second
   * to close what it owned. 8,000 when absent, which ends before the ten seconds of a container's host.
   */
  readonly deadlineMs?: number;
  /** What stops it in order the first time, and ends it at once the second; SIGINT and SIGTERM when absent. */
  readonly signals?: readonly NodeJS.Signals[];
  /** The code that the process exits with; {@link exitCodeOf} when absent. */
  readonly exitCode?: (ending: Ending) => number;
}

/** What the `run` of an application may be told. */
export interface RunOptions {
  /** Called when the whole tree has started. */
  readonly onStarted?: (system: System) => void;
  /** Ends the process; writes out what is written and calls `process.exit` when absent. */
  readonly exit?: (code: number) => void;
}

/** Signals that Node cannot listen to. */
const UNHEARD: readonly string[] = ["SIGKILL", "SIGSTOP"];

const signal = () =>
  z.custom<NodeJS.Signals>(
    (value) => typeof value === "string" && value in constants.signals && !UNHEARD.includes(value),
    { error: "must be a signal that a process can listen to, such as SIGINT" },
  );

const applicationOptions = onFirstUse(() =>
  z.strictObject({
    ...systemOptions().shape,
    root: z.custom((value) => typeof value === "function" || (typeof value === "object" && value !== null), {
      error: "must be a supervisor, a child spec, something that knows its own, or a function that makes one",
    }),
    deadlineMs: z.optional(durationMs({ unbounded: true })),
    signals: z.optional(z.array(signal())),
    exitCode: z.optional(callback()),
  }),
);

/** @throws InvalidOptionsError with all faults at once */
export function checkApplicationOptions(options: ApplicationOptions): void {
  checkOptions("application", applicationOptions, options);
}

const runOptions = onFirstUse(() =>
  z.strictObject({ onStarted: z.optional(callback()), exit: z.optional(callback()) }),
);

/** @throws InvalidOptionsError with all faults at once */
export function checkRunOptions(options: RunOptions): void {
  checkOptions("run", runOptions, options);
}
