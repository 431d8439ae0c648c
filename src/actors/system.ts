/**
 * A system: one process table with its clock, its scheduler and its telemetry. Nothing hangs on a
 * module, so two systems side by side know nothing of each other.
 *
 * ```ts
 * import { defineActor, reply } from "troupe";
 *
 * const Greeter = defineActor({ init: () => 0, calls: { greet: (n, who: string) => reply(`hello ${who}`, n + 1) } });
 * await using system = createSystem({ name: "greetings" });
 * const greeter = await system.start(Greeter);
 * await greeter.call.greet("you"); //=> "hello you"
 * ```
 *
 * @module
 */

import { attribution as hostAttribution } from "#attribution";
import { noAttribution } from "../core/attribution.ts";
import { type ChildSpec, LAUNCH } from "../core/child-spec.ts";
import { ActorError, InvalidOptionsError } from "../core/errors.ts";
import { NORMAL } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import type { Runtime } from "../core/runtime.ts";
import { hostRuntime } from "../core/runtime-host.ts";
import { consoleLogger } from "../telemetry/console-reporter.ts";
import { type Reporting, reportTo } from "../telemetry/reporter.ts";
import { Telemetry } from "../telemetry/telemetry.ts";
import { Aborts } from "./aborts.ts";
import { behaviourOf, type CompiledBehaviour, isDefinition } from "./behaviour.ts";
import { checkWaitOptions, Deadline, Deadlines } from "./deadlines.ts";
import { afterEnd, die, reasonOfThrow } from "./death.ts";
import { defineInfrastructure } from "./define-actor.ts";
import type { BareSelf, System } from "./definition.ts";
import { type Birth, createProcess, type SystemState, startProcess, startSpec } from "./launch.ts";
import { killAll, leftIn } from "./leftovers.ts";
import type { MessageObserver, OpenCall, Process, Wait } from "./process.ts";
import { type ProcessSummary, summaryOf } from "./process-info.ts";
import { ProcessTable } from "./process-table.ts";
import { type ProcessTree, treeOf } from "./process-tree.ts";
import { SelfHandle, type SelfSystem } from "./self-handle.ts";
import { overWithin, shutDown } from "./shutdown.ts";
import { slice } from "./slice.ts";
import { checkStartOptions, type StartOptions } from "./start-options.ts";
import { Start } from "./start-wait.ts";
import { suspendOn } from "./suspension.ts";
import { checkSystemOptions, type SystemOptions } from "./system-options.ts";
import { Tracer } from "./tracing.ts";

/**
 * Makes a system on the host's clock and event loop.
 *
 * @throws InvalidOptionsError with all faults at once
 */
export function createSystem(options: SystemOptions = {}): System {
  checkSystemOptions(options);
  const attribution = options.faults === "handlersOnly" ? noAttribution : hostAttribution;
  return new ActorSystem(hostRuntime(attribution), { logger: consoleLogger, ...options });
}

/** Where a system keeps its kernel, for the floors above. */
const KERNEL: unique symbol = Symbol("troupe.kernel");

/** The kernel of a system of this library. */
export function kernelOf(system: System): SystemState {
  return (system as unknown as { readonly [KERNEL]: SystemState })[KERNEL];
}

const ROOT: CompiledBehaviour = /* @__PURE__ */ behaviourOf(
  /* @__PURE__ */ defineInfrastructure<(definition: never) => object>({
    name: "root",
    init: () => undefined,
  }),
);

/** Of what is spawned: a function, and no callbacks. */
const BARE: CompiledBehaviour = /* @__PURE__ */ Object.freeze({
  ...ROOT,
  name: "process",
  infrastructure: false,
  bare: true,
});

/** Nobody is linked to what plain code starts. */
const OF_THE_ROOT: Birth = Object.freeze({ linked: false });

class KernelState implements SystemState {
  readonly telemetry: Telemetry;
  readonly deadlines: Deadlines;
  readonly aborts = new Aborts();
  readonly table = new ProcessTable<Process>();
  readonly closing = new Set<Process>();
  readonly plainWaits = new Set<{ stopped(): void }>();
  freshWait: Wait | undefined = undefined;
  readonly freshWaits: Wait[] = [];
  readonly slice: (process: Process, limit: number) => number = slice;
  deadLetters = 0;
  lettersLeft = 0;
  zombies = 0;
  edgeless = false;
  running: Process | undefined = undefined;
  observer: MessageObserver | undefined = undefined;
  serial = -1;
  nested = 0;
  stopping = false;
  root!: Process;
  readonly runtime: Runtime;
  readonly freezes: boolean;
  readonly tracing: Tracer | undefined;
  readonly #above: SelfSystem;

  constructor(runtime: Runtime, { messages, tracing }: SystemOptions, above: SelfSystem) {
    this.runtime = runtime;
    this.freezes = messages === "frozen";
    this.tracing = tracing === undefined ? undefined : new Tracer(this, tracing);
    this.#above = above;
    this.telemetry = new Telemetry((work) => this.asPlainCode(work), runtime.clock);
    this.deadlines = new Deadlines(runtime.clock, runtime.scheduler);
  }

  asPlainCode<R>(work: () => R): R {
    const { running } = this;
    this.running = undefined;
    try {
      return this.runtime.attribution.outside(work);
    } finally {
      this.running = running;
    }
  }

  selfOf(process: Process, call: OpenCall | undefined): object {
    if (call !== undefined) return new SelfHandle(process, this.#above, call);
    process.self ??= new SelfHandle(process, this.#above, undefined);
    return process.self;
  }
}

const STOP_NAMES: readonly string[] = ["deadlineMs"];

/** Records of a level within a second: a tree that comes down is seen, a crash loop fills no disk. */
const MAX_RECORDS = 20;

/** The one implementation of {@link System}; tests give it a runtime of their own. */
export class ActorSystem implements System, SelfSystem {
  readonly name: string;
  readonly [KERNEL]: SystemState;
  readonly #reporting: Reporting | undefined;
  #stopping: Promise<void> | undefined;

  constructor(runtime: Runtime, options: SystemOptions) {
    this.name = options.name ?? "system";
    const kernel = new KernelState(runtime, options, this);
    this[KERNEL] = kernel;
    kernel.root = createProcess(kernel, ROOT, OF_THE_ROOT);
    kernel.root.status = "running";
    kernel.table.remove(kernel.root);
    if (options.logger) {
      const limit = { maxRecords: options.maxRecordsPerSecond ?? MAX_RECORDS, periodMs: 1_000 };
      this.#reporting = reportTo(kernel.telemetry, options.logger, runtime.clock, limit);
    }
    runtime.attribution.install();
  }

  get system(): System {
    return this;
  }

  get telemetry(): Telemetry {
    return this[KERNEL].telemetry;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the interface gives the types
  start(what: unknown, arg?: unknown, options?: StartOptions): Promise<any> {
    return this.#start(undefined, what, arg, options);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the interface gives the types
  spawn(run: (self: BareSelf) => unknown): any {
    return this.#spawn(undefined, run);
  }

  startUnder(parent: Process, what: unknown, arg: unknown, options?: StartOptions): Promise<Pid> {
    return this.#start(parent, what, arg, options);
  }

  spawnUnder(parent: Process, run: (self: BareSelf) => unknown): Pid {
    return this.#spawn(parent, run);
  }

  neutral<T>(create: () => T): T {
    return this[KERNEL].runtime.attribution.outside(create);
  }

  processes(): readonly ProcessSummary[] {
    return Object.freeze(this[KERNEL].table.values().map(summaryOf));
  }

  tree(): ProcessTree {
    return treeOf(this[KERNEL], this.name);
  }

  stop(options: { readonly deadlineMs?: number } = {}): Promise<void> {
    try {
      checkWaitOptions("stop", options, STOP_NAMES);
    } catch (error) {
      return Promise.reject(error);
    }
    this[KERNEL].stopping = true;
    this.#stopping ??= this.#stopAll(options.deadlineMs ?? Number.POSITIVE_INFINITY);
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #start(
    parent: Process | undefined,
    what: unknown,
    arg: unknown,
    options: StartOptions | undefined,
  ): Promise<Pid> {
    const kernel = this[KERNEL];
    if (this.#stopping !== undefined) {
      return Promise.reject(
        new ActorError("ERR_NOT_RUNNING", "no", `${this.name} has been stopped: nothing starts in it`),
      );
    }
    if (parent?.status === "dead") return Promise.reject(afterEnd(parent, "starts nothing"));
    let behaviour: CompiledBehaviour | undefined;
    let spec: ChildSpec | undefined;
    try {
      if (options !== undefined) checkStartOptions(options);
      if (isDefinition(what)) behaviour = behaviourOf(what);
      else spec = specOf(what);
    } catch (error) {
      return Promise.reject(error);
    }
    const start = new Start();
    const birth = parent === undefined ? OF_THE_ROOT : { parent, linked: true };
    const callee =
      behaviour === undefined
        ? startSpec(kernel, spec as ChildSpec, birth, start)
        : startProcess(kernel, behaviour, arg, birth, start);
    return start.promise(kernel, behaviour?.name ?? (spec as ChildSpec).id, callee, options?.timeoutMs);
  }

  #spawn(parent: Process | undefined, run: (self: BareSelf) => unknown): Pid {
    if (typeof run !== "function") throw new InvalidOptionsError("spawn", ["takes a function of self"]);
    const kernel = this[KERNEL];
    if (this.#stopping !== undefined) {
      throw new ActorError("ERR_NOT_RUNNING", "no", `${this.name} has been stopped: nothing starts in it`);
    }
    if (parent?.status === "dead") throw afterEnd(parent, "starts nothing");
    const behaviour = run.name === "" ? BARE : Object.freeze({ ...BARE, name: run.name });
    const process = createProcess(kernel, behaviour, { parent, linked: parent !== undefined });
    process.status = "running";
    const carried = kernel.tracing?.carry(process, "spawn", behaviour.name);
    process.completion = () => runBare(process, run, carried);
    process.wake();
    return process.pid;
  }

  async #stopAll(deadlineMs: number): Promise<void> {
    const kernel = this[KERNEL];
    const { runtime, table } = kernel;
    const endsAtMs = runtime.clock.now() + deadlineMs;
    const late = new Deadline(() => {
      const leftovers = leftIn(kernel);
      kernel.telemetry.emit("system:stopTimedOut", { system: this.name, deadlineMs, leftovers });
      killAll(kernel, table.values().reverse());
    });
    kernel.deadlines.arm(late, deadlineMs);
    for (let youngest = this.#youngestOfRoot(); youngest !== undefined; youngest = this.#youngestOfRoot()) {
      // A supervisor's children have limits of their own.
      const patienceMs = youngest.behaviour.infrastructure ? Number.POSITIVE_INFINITY : youngest.graceMs;
      await shutDown(kernel, youngest, patienceMs);
    }
    if (table.size > 0) throw new Error(`${table.size} processes are left in ${this.name}`);
    for (const wait of kernel.plainWaits) wait.stopped();
    // Those that had died before may still be closing what they owned; each has a limit of its own.
    for (const process of kernel.closing) await overWithin(kernel, process, endsAtMs - runtime.clock.now());
    kernel.deadlines.cancel(late);
    const turn = (): Promise<number> =>
      new Promise((given) => runtime.scheduler.ready({ run: () => given(1) ?? 1 }));
    // Some are told of in each turn.
    while (kernel.lettersLeft > 0) await turn();
    if (this.#reporting === undefined) return;
    // What is to be told of the last deaths waits for a turn.
    await turn();
    this.#reporting.flush();
  }

  /** Children of processes that ended in order have nobody else to stop them. */
  #youngestOfRoot(): Process | undefined {
    let { youngest } = this[KERNEL].table;
    while (youngest?.parent !== undefined && youngest.parent.status !== "dead") youngest = youngest.older;
    return youngest;
  }
}

/** A spec, or the spec of something that knows its own. */
export function specOf(what: unknown): ChildSpec {
  if (typeof what === "object" && what !== null) {
    if (LAUNCH in what) return what as ChildSpec;
    if (typeof (what as { child?: unknown }).child === "function")
      return (what as { child(): ChildSpec }).child();
  }
  throw new InvalidOptionsError("start", [
    `${what === null ? "null" : typeof what} cannot be started: give a definition, a child spec, a registry or a pool`,
  ]);
}

/** The whole life of a bare process is one handler. */
function runBare(process: Process, run: (self: BareSelf) => unknown, carried: unknown): void {
  const { kernel } = process;
  const { tracing } = kernel;
  const life = async (): Promise<void> => {
    await run(kernel.selfOf(process, undefined) as unknown as BareSelf);
  };
  suspendOn(
    process,
    tracing === undefined ? life() : tracing.run(process, carried, life),
    () => die(process, NORMAL),
    (thrown) => die(process, reasonOfThrow(thrown), "running"),
  );
}
