/**
 * Looking into running processes: what Erlang's `sys` is for. Meant for consoles, tests and tools; a
 * program whose parts need each other's state should have calls for it.
 *
 * ```ts
 * import { createSystem, defineActor } from "troupe";
 *
 * await using system = createSystem();
 * const Till = defineActor({ name: "till", init: () => 0, casts: { take: (sum, coins: number) => sum + coins } });
 * const till = await system.start(Till);
 * till.cast.take(5);
 * await debug<number>(till).state(); //=> 5      after what was sent before
 * await debug<number>(till).replaceState((sum) => sum + 100); //=> 105
 * ```
 *
 * A suspended process is alive and is found, but takes no message until it is resumed: a moment in which
 * what it works on can be exchanged, or a test can let a queue grow.
 *
 * ```ts
 * import { createSystem, defineActor, reply } from "troupe";
 *
 * await using system = createSystem();
 * const Echo = defineActor({ name: "echo", init: () => 0, calls: { echo: (n, what: string) => reply(what, n) } });
 * const echo = await system.start(Echo);
 * await debug(echo).suspend();
 * await echo.call.echo("hello", { timeoutMs: 10 }).catch((error) => error.code); //=> "ERR_CALL_TIMEOUT"
 * debug(echo).status().queued; //=> 1
 * await debug(echo).resume();
 * await echo.call.echo("hello again"); //=> "hello again"
 * ```
 *
 * Traces, logs and counts begin at once, also while a handler hangs, and cost nobody anything when they
 * are over.
 *
 * ```ts
 * import { createSystem, defineActor, reply } from "troupe";
 *
 * await using system = createSystem();
 * const Echo = defineActor({ name: "echo", init: () => 0, calls: { echo: (n, what: string) => reply(what, n) } });
 * const echo = await system.start(Echo);
 * const log = debug(system).log(100, { definition: Echo }); // all of them, those that start later too
 * const counting = debug(echo).statistics();
 * await echo.call.echo("hello");
 * log.events().map(({ type }) => type); //=> ["sent", "taken", "answered", "handled"]
 * const { messagesIn, messagesOut } = counting.read();
 * [messagesIn, messagesOut]; //=> [1, 1]
 * debug(echo).untrace();
 * ```
 *
 * @module
 */

import { ActorError, InvalidOptionsError } from "../core/errors.ts";
import { type Address, PORT } from "../core/pid.ts";
import { isThenable } from "../core/thenable.ts";
import { Answer } from "./answers.ts";
import { type DebugOptions, type TraceOptions, tracedBy } from "./debug-options.ts";
import type { System } from "./definition.ts";
import { resolve } from "./links.ts";
import { type TraceListener, Traces } from "./message-trace.ts";
import type { Kernel, Process } from "./process.ts";
import { type ProcessReport, reportOf } from "./process-info.ts";
import { resume, suspend } from "./suspending.ts";
import { kernelOf } from "./system.ts";
import { askSystem } from "./system-request.ts";
import { addTrace, type Counting, countOf, logOf, type TraceLog } from "./trace-log.ts";

/** One process, looked into; a name is resolved anew at each use. */
export interface ProcessDebug<State = unknown> {
  /**
   * The state between two messages, after all that were sent before; nothing is redacted.
   *
   * @throws ActorError (as a rejection) as a call does; `ERR_UNSUPPORTED` for a process without callbacks and for
   *   supervisors, registries and pools, whose state is not theirs who use them
   * @follows Erlang `sys:get_state/2`; a suspended process answers, too
   */
  state(options?: DebugOptions): Promise<State>;
  /**
   * Puts another state in the place of this one. `update` runs in the process, between two messages.
   *
   * @returns a promise of the new state
   * @throws what `update` throws (as a rejection), and TypeError when it answers a promise or `next(…)`: the process
   *   keeps its state and lives on; otherwise as {@link ProcessDebug.state}
   * @follows Erlang `sys:replace_state/3`
   */
  replaceState(update: (state: State) => State, options?: DebugOptions): Promise<State>;
  /**
   * Lets it take no message until it is resumed: calls to it time out, messages queue up in their order. It is
   * suspended when the promise settles, after what was sent before. Its parent's exit, links, kills and `stop` act
   * all the same. A second `suspend` changes nothing.
   *
   * @throws ActorError (as a rejection) as a call does; `ERR_UNSUPPORTED` for a process without callbacks
   * @follows Erlang `sys:suspend/2`
   */
  suspend(options?: DebugOptions): Promise<void>;
  /** @follows Erlang `sys:resume/2` */
  resume(options?: DebugOptions): Promise<void>;
  /**
   * What can be seen of it now, without asking it: a process whose handler hangs, one that is suspended and one
   * that has just died are looked at like any other. O(its ties).
   *
   * @throws ActorError `ERR_NOPROC` for a name that nobody has
   * @follows Erlang `sys:get_status/2` and `process_info/2`, which has no waits; Erlang's status waits its turn
   */
  status(): ProcessReport;
  /**
   * Tells `listener` of every message to it and from it, from now on.
   *
   * @returns a function that ends it; it ends with the process, too
   * @throws ActorError `ERR_NOPROC` for a name that nobody has
   * @follows Erlang `sys:install/3` and `sys:trace/3`; what there is a state of the hook is its closure here
   */
  trace(listener: TraceListener): () => void;
  /**
   * Keeps the last events.
   *
   * @param keep - how many, at least 1; 10 when absent
   * @follows Erlang `sys:log/3`
   */
  log(keep?: number): TraceLog;
  /** Counts from now on. @follows Erlang `sys:statistics/3`; there only answers are messages out */
  statistics(): Counting;
  /** Ends all its traces, logs and counts. @follows Erlang `sys:no_debug/2` */
  untrace(): void;
}

/** A whole system, looked into. */
export interface SystemDebug {
  /** As {@link ProcessDebug.trace}, for all processes, or for all of one definition: from their first message on. */
  trace(listener: TraceListener, options?: TraceOptions): () => void;
  /** As {@link ProcessDebug.log}. */
  log(keep?: number, options?: TraceOptions): TraceLog;
  /** Ends all traces, logs and counts, those of single processes too. */
  untrace(): void;
}

/**
 * Looks into a process, or into a whole system.
 *
 * @param target - a system, a pid or a name
 * @throws InvalidOptionsError for anything else
 * @follows Erlang `sys`, Elixir `:sys`
 */
export function debug(target: System): SystemDebug;
export function debug<State = unknown>(target: Address): ProcessDebug<State>;
export function debug(target: System | Address): SystemDebug | ProcessDebug<never> {
  if (typeof target === "object" && target !== null) {
    if (PORT in target || (target as { readonly kind?: unknown }).kind === "name") {
      return new ProcessDesk(target as Address);
    }
    const kernel = kernelOf(target as System);
    if (kernel !== undefined) return new SystemDesk(kernel);
  }
  throw new InvalidOptionsError("debug", ["takes a system, a pid or a name"]);
}

class ProcessDesk implements ProcessDebug<never> {
  readonly #address: Address;

  constructor(address: Address) {
    this.#address = address;
  }

  state(options?: DebugOptions): Promise<never> {
    return this.#ask((process) => ownState(process), options);
  }

  replaceState(update: (state: never) => unknown, options?: DebugOptions): Promise<never> {
    if (typeof update !== "function") {
      throw new InvalidOptionsError("replaceState", ["takes a function of the state"]);
    }
    return this.#ask((process) => {
      const state = update(ownState(process) as never);
      const isLater = isThenable(state);
      // Its outcome is of no use, and must not come up as a fault of the process.
      if (isLater) state.then(undefined, () => undefined);
      if (isLater || state instanceof Answer) {
        throw new TypeError(
          `replaceState of ${process.label} takes a function that answers a state, at once`,
        );
      }
      const { inner } = process.behaviour;
      if (inner === undefined) process.state = state;
      else inner.write(process.state as never, state);
      return state;
    }, options);
  }

  suspend(options?: DebugOptions): Promise<void> {
    return this.#ask(suspend, options);
  }

  resume(options?: DebugOptions): Promise<void> {
    return this.#ask(resume, options);
  }

  status(): ProcessReport {
    return reportOf(this.#process());
  }

  trace(listener: TraceListener): () => void {
    const process = this.#process();
    return addTrace(process.kernel, { process }, listener);
  }

  log(keep?: number): TraceLog {
    const process = this.#process();
    return logOf(process.kernel, { process }, keep);
  }

  statistics(): Counting {
    return countOf(this.#process());
  }

  untrace(): void {
    const process = this.#process();
    Traces.of(process.kernel).clear(process);
  }

  #ask(request: (process: Process) => unknown, options: DebugOptions | undefined): Promise<never> {
    return askSystem(this.#address, request, options) as Promise<never>;
  }

  #process(): Process {
    const process = resolve(this.#address);
    if (process !== undefined) return process;
    throw new ActorError(
      "ERR_NOPROC",
      "no",
      `nobody has ${String(this.#address)}: there is nobody to look at`,
    );
  }
}

class SystemDesk implements SystemDebug {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  trace(listener: TraceListener, options: TraceOptions = {}): () => void {
    return addTrace(this.#kernel, tracedBy(options), listener);
  }

  log(keep?: number, options: TraceOptions = {}): TraceLog {
    return logOf(this.#kernel, tracedBy(options), keep);
  }

  untrace(): void {
    Traces.of(this.#kernel).clear();
  }
}

function ownState(process: Process): unknown {
  const { infrastructure, inner } = process.behaviour;
  if (!infrastructure) return inner === undefined ? process.state : inner.read(process.state as never);
  const text = `the state of ${process.label} is the library's own: ask it by its calls, or look at its status`;
  throw new ActorError("ERR_UNSUPPORTED", "no", text);
}
