/**
 * An application: one tree of processes bound to the Node process it runs in. It keeps Node alive, which
 * idle actors alone do not; a signal stops it in order; and the exit code says how it ended.
 *
 * ```ts no-run it ends the process
 * import { createRegistry, defineActor, supervisor } from "troupe";
 * import { application } from "troupe/node";
 *
 * const Counter = defineActor({ name: "counter", init: (start: number) => start, casts: { add: (n, by: number) => n + by } });
 *
 * const shop = application({
 *   name: "shop",
 *   root: (system) => {
 *     const names = createRegistry(system, { keys: "unique" });
 *     const hits = names.via(Counter, "hits");
 *     return supervisor({ strategy: "restForOne", children: [names, Counter.child(0, { name: hits })] });
 *   },
 * });
 * await shop.run();
 * ```
 *
 * Not for: tests, and programs that have several systems; they use `createSystem` and stop it themselves.
 *
 * @module
 */

import type { System } from "../actors/definition.ts";
import { leftIn } from "../actors/leftovers.ts";
import { createSystem, kernelOf, specOf } from "../actors/system.ts";
import type { ChildSpec } from "../core/child-spec.ts";
import type { Pid } from "../core/pid.ts";
import {
  type ApplicationOptions,
  checkApplicationOptions,
  checkRunOptions,
  type RunOptions,
} from "./application-options.ts";
import { type EndCause, type Ending, exitCodeOf } from "./ending.ts";
import { endingText, leftoversText, startStory, stoppingText, storyOf } from "./ending-text.ts";
import { exitProcess, write } from "./exit-process.ts";
import { ExitStory } from "./exit-story.ts";
import { Interruptions } from "./interruptions.ts";
import { planText } from "./plan-text.ts";
import { stopWithin } from "./stop-within.ts";

/** Marks applications of every loaded copy of this library. */
const BRAND: unique symbol = Symbol.for("troupe.Application") as never;

/** What an application would start. */
export interface ApplicationPlan {
  readonly system: System;
  readonly root: ChildSpec;
  /** The tree that would start, one line for each child. */
  readonly text: string;
}

/** A tree bound to the Node process. */
export interface Application {
  readonly name: string;
  /**
   * Starts the tree and stays until it has ended, then ends the process. A second `run` is the first one.
   *
   * @returns how it ended, for whoever gave an `exit` of his own
   * @throws InvalidOptionsError with all faults at once
   */
  run(options?: RunOptions): Promise<Ending>;
  /** Stops the tree in order; the process exits with 0. Nothing happens when it does not run. */
  stop(): void;
  /**
   * Makes the root and starts nothing of it.
   *
   * @returns a promise of `{ system, root, text }`; rejects with what the function `root` throws
   */
  plan(): Promise<ApplicationPlan>;
}

/**
 * Describes an application; nothing is started before its `run`.
 *
 * @throws InvalidOptionsError with all faults at once
 * @follows Elixir `Application`, as far as one tree and its end go
 *
 * @example
 * ```ts
 * import { supervisor } from "troupe";
 *
 * const shop = application({ name: "shop", root: supervisor({ id: "tills", strategy: "oneForOne", children: [] }) });
 * shop.name; //=> "shop"
 * (await shop.plan()).root.id; //=> "tills"
 * ```
 */
export function application(options: ApplicationOptions): Application {
  checkApplicationOptions(options);
  return new BoundApplication(options);
}

/** Is it an application, whichever copy of this library made it? */
export function isApplication(value: unknown): value is Application {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** Milliseconds for a tree to stop in order, when nothing else is said. */
const DEADLINE_MS = 8_000;

class BoundApplication implements Application {
  readonly [BRAND] = true;
  readonly name: string;
  readonly #options: ApplicationOptions;
  readonly #stopping = new AbortController();
  #running: Promise<Ending> | undefined;

  constructor(options: ApplicationOptions) {
    this.name = options.name ?? "application";
    this.#options = options;
  }

  run(options: RunOptions = {}): Promise<Ending> {
    checkRunOptions(options);
    this.#running ??= this.#run(options);
    return this.#running;
  }

  stop(): void {
    this.#stopping.abort();
  }

  async plan(): Promise<ApplicationPlan> {
    const system = this.#createSystem();
    const root = await this.#root(system);
    return { system, root, text: planText(this.name, root) };
  }

  async #run({ onStarted, exit = exitProcess }: RunOptions): Promise<Ending> {
    const { exitCode = exitCodeOf, signals = ["SIGINT", "SIGTERM"] } = this.#options;
    const system = this.#createSystem();
    const kernel = kernelOf(system);
    // Until the end: what prepares the root may keep nothing alive.
    kernel.runtime.scheduler.hold();
    const interruptions = new Interruptions(signals, kernel.runtime.clock);
    const story = new ExitStory(system.telemetry);
    const forced = interruptions.second.then(
      (signal): Ending => ({ kind: "forced", signal, leftovers: leftIn(kernel) }),
    );
    const ending = await Promise.race([forced, this.#live(system, interruptions.first, story, onStarted)]);
    const code = exitCode(ending);
    story.stop();
    interruptions.close();
    kernel.runtime.scheduler.release();
    write(endingText(this.name, ending, code));
    exit(code);
    return ending;
  }

  /** From the making of the root to the end of the last process. */
  async #live(
    system: System,
    interrupted: Promise<NodeJS.Signals>,
    story: ExitStory,
    onStarted: RunOptions["onStarted"],
  ): Promise<Ending> {
    const { deadlineMs = DEADLINE_MS } = this.#options;
    const stopped = interrupted.then((signal): EndCause => ({ kind: "stopped", signal }));
    const cause = await Promise.race([stopped, this.#stopCalled(), this.#tree(system, story, onStarted)]);
    if (cause.kind === "stopped") write(stoppingText(this.name, cause.signal, deadlineMs));
    this.stop();
    const late = (left: readonly string[]): void => write(leftoversText(this.name, left, deadlineMs));
    return { ...cause, leftovers: await stopWithin(system, deadlineMs, late) };
  }

  #stopCalled(): Promise<EndCause> {
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      const done = (): void => resolve({ kind: "done" });
      if (signal.aborted) done();
      else signal.addEventListener("abort", done);
    });
  }

  /** Starts the tree and waits for its end. */
  async #tree(system: System, story: ExitStory, onStarted: RunOptions["onStarted"]): Promise<EndCause> {
    let root: Pid;
    try {
      root = await system.start(await this.#root(system));
      onStarted?.(system);
    } catch (error) {
      return { kind: "notStarted", error, story: startStory(error) };
    }
    const reason = await root.down();
    // Its crash is told in a turn of its own.
    const { scheduler } = kernelOf(system).runtime;
    await new Promise((told) => scheduler.ready({ run: () => told(1) ?? 1 }));
    const text = storyOf(root, reason, story);
    return text === undefined ? { kind: "done" } : { kind: "failed", reason, story: text };
  }

  #createSystem(): System {
    const { root: _root, deadlineMs: _ms, signals: _signals, exitCode: _code, ...options } = this.#options;
    return createSystem({ name: this.name, ...options });
  }

  async #root(system: System): Promise<ChildSpec> {
    const { root } = this.#options;
    const context = { signal: this.#stopping.signal, stop: () => this.stop() };
    return specOf(typeof root === "function" ? await root(system, context) : root);
  }
}
