/**
 * The process of a handle. Registries and pools are made at once; their process starts at first use
 * under the system's root, unless a supervisor lists the handle: then the supervisor alone starts it, and
 * a use before that, or while it is down, is `ERR_NOT_RUNNING` with `handled: "no"`.
 *
 * @module
 */

import {
  type ChildOptions,
  type ChildSpec,
  createChildSpec,
  type SupervisionPlan,
} from "../core/child-spec.ts";
import { ActorError } from "../core/errors.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import { type Pid, portOf } from "../core/pid.ts";
import { stop } from "./answers.ts";
import { behaviourOf } from "./behaviour.ts";
import { defineInfrastructure } from "./define-actor.ts";
import type { AnyActor, Self, System } from "./definition.ts";
import { NOBODY, type SystemState, startProcess } from "./launch.ts";
import type { Exit } from "./links.ts";
import { kernelOf } from "./system.ts";

/** What a handle wants its process to be. */
export interface HandleProcessOptions {
  /** The child's id, and the process in messages. */
  readonly name: string;
  /** What it is under the supervisor that lists it; `"worker"` when absent. */
  readonly type?: ChildSpec["type"];
  /** What its spec tells of one that is a supervisor. */
  readonly plan?: SupervisionPlan;
  /** Answers as an `init` does, once the handle is known to run; its state is `undefined` when absent. */
  readonly open?: (self: Self) => unknown;
  /** Handlers of the process. */
  readonly calls?: Readonly<Record<string, unknown>>;
  /** Exits of what it is linked to; one that has a `terminate` and no `exit` ends by each. */
  readonly exit?: (state: never, exit: Exit) => unknown;
  /** Runs before its death when it ends in order; what it answers is waited for. */
  readonly terminate?: (state: never) => unknown;
  /** The children of one that is a supervisor, for whoever draws the tree. */
  readonly outline?: (state: never) => readonly object[];
  /** In the turn in which its `init` ends. */
  readonly onUp?: (pid: Pid) => void;
  /** In the turn of its death, before links and monitors hear. */
  readonly onDown?: (reason: ExitReason, pid: Pid) => void;
}

/** Starts, finds and misses the one process of a handle. */
export class HandleProcess<A> {
  readonly #kernel: SystemState;
  readonly #name: string;
  readonly #type: ChildSpec["type"];
  readonly #definition: AnyActor;
  readonly #plan: SupervisionPlan | undefined;
  readonly #onUp: ((pid: Pid) => void) | undefined;
  readonly #onDown: ((reason: ExitReason, pid: Pid) => void) | undefined;
  readonly #waiting = new Set<() => void>();
  /** A supervisor, or whoever called `child()`, starts it. */
  #listed = false;
  #pid: Pid | undefined = undefined;
  /** `false` from the moment its process begins to stop. */
  isRunning = false;

  constructor(system: System, options: HandleProcessOptions) {
    const { name, type = "worker", open, calls = {}, terminate, outline, onUp, onDown } = options;
    this.#kernel = kernelOf(system);
    this.#name = name;
    this.#type = type;
    this.#plan = options.plan;
    this.#onUp = onUp;
    this.#onDown = onDown;
    const init = (_: undefined, self: Self): unknown => {
      this.#begin(self.pid);
      return open?.(self);
    };
    // Only a process that traps has its `terminate` run when its parent shuts it down.
    const { exit = (_: undefined, { reason }: Exit): unknown => stop(reason, undefined) } = options;
    const ending = terminate === undefined ? {} : { terminate, exit };
    this.#definition = defineInfrastructure({ name, init, calls, outline, ...ending }) as AnyActor;
  }

  /** Its process, until it is dead. */
  get pid(): Pid | undefined {
    return this.#pid;
  }

  get kernel(): SystemState {
    return this.#kernel;
  }

  /** The spec under which a supervisor lists the handle. Asking for it is no use, but from now on nobody else starts the process. */
  child(options?: ChildOptions<A>): ChildSpec<A> {
    this.#listed = true;
    const plan = this.#plan === undefined ? {} : { plan: this.#plan };
    const launch = { kind: "actor", definition: this.#definition, arg: undefined, ...plan } as const;
    return createChildSpec<A>({ id: this.#name, type: this.#type, launch }, options);
  }

  /**
   * Says that the handle is used now: a process that nobody lists is started.
   *
   * @throws ActorError `ERR_NOT_RUNNING`
   */
  use(): void {
    if (this.isRunning) return;
    if (!this.#listed && this.#pid === undefined && !this.#kernel.stopping) this.#startUnderRoot();
    if (!this.isRunning) throw this.notRunning();
  }

  notRunning(): ActorError {
    const why = this.#kernel.stopping
      ? "its system has been stopped"
      : this.#listed
        ? "its supervisor has not started it yet, or is restarting it"
        : "its process is ending";
    return new ActorError("ERR_NOT_RUNNING", "no", `${this.#name} is not running: ${why}; nothing was done`);
  }

  /**
   * Calls back once, in the turn in which the process runs again, or in that of its death while its system is
   * being stopped: then it never will.
   *
   * @returns a function that forgets it
   */
  whenRunning(running: () => void): () => void {
    this.#waiting.add(running);
    return () => void this.#waiting.delete(running);
  }

  /**
   * As {@link whenRunning}, where a use would throw and only its supervisor can mend that.
   *
   * @returns `undefined`, with nothing kept, when it can be used now
   */
  whenUsable(usable: () => void): (() => void) | undefined {
    const isDown = this.#listed && !this.isRunning && !this.#kernel.stopping;
    return isDown ? this.whenRunning(usable) : undefined;
  }

  #startUnderRoot(): void {
    const kernel = this.#kernel;
    // The start of a handle starts nothing else, so it needs no turn of its own however deep the stack is.
    const { nested } = kernel;
    kernel.nested = 0;
    try {
      startProcess(kernel, behaviourOf(this.#definition), undefined, { linked: false }, NOBODY);
    } finally {
      kernel.nested = nested;
    }
  }

  #begin(pid: Pid): void {
    if (this.#pid !== undefined) throw this.#alreadyRuns(this.#pid);
    this.#pid = pid;
    this.isRunning = true;
    portOf(pid).watch({
      stopping: () => {
        this.isRunning = false;
      },
      died: (_pid, reason) => {
        this.#pid = undefined;
        this.#onDown?.(reason, pid);
        if (this.#kernel.stopping) this.#tellWaiting();
      },
    });
    this.#onUp?.(pid);
    this.#tellWaiting();
  }

  #tellWaiting(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const running of waiting) running();
  }

  #alreadyRuns(pid: Pid): ActorError {
    const text = `${String(pid)} runs already: a handle has one process, and it was used before its supervisor started it (or is listed twice); start the supervisor that lists it first, then use it`;
    return new ActorError("ERR_ALREADY_RUNNING", "no", text);
  }
}
