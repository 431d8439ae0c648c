/**
 * Starting processes. A synchronous `init` runs to its end inside the starter's turn, so that a
 * supervisor has its child back before anybody else goes on; an asynchronous one is awaited while the
 * new process takes signals.
 *
 * @module
 */

import {
  type ChildSpec,
  LAUNCH,
  namePortOf,
  type ShutdownMs,
  type StartOutcome,
} from "../core/child-spec.ts";
import { ActorError } from "../core/errors.ts";
import { type ExitReason, errorReason, KILLED, NOPROC, NORMAL } from "../core/exit-reason.ts";
import type { Name, Pid } from "../core/pid.ts";
import { isThenable } from "../core/thenable.ts";
import { PidAddress } from "./address.ts";
import { Answer } from "./answers.ts";
import { behaviourOf, type CompiledBehaviour } from "./behaviour.ts";
import { ancestorsOf } from "./callers.ts";
import { die, reasonOfThrow } from "./death.ts";
import { also } from "./handling.ts";
import { link, sendExit, unlink } from "./links.ts";
import { type Kernel, Process, processOf } from "./process.ts";
import { suspendOn } from "./suspension.ts";

/** How a process comes into the world. */
export interface Birth {
  /** Whose child it is; the root's when absent. */
  readonly parent?: Process | undefined;
  readonly linked: boolean;
  /** Its parent reports its crashes and waits for its end. */
  readonly supervised?: boolean;
  /** The reservation under which the names of its spec are kept for it. */
  readonly reservation?: object;
  /** Milliseconds for `terminate` and closers on its own path; what its spec says, or 5,000, when absent. */
  readonly graceMs?: number;
}

/** Who has asked for a start. */
export interface Starter {
  /** Called once, with what the start has come to: inside {@link startProcess} where `init` is synchronous. */
  came(outcome: StartOutcome): void;
}

/** Nobody wants to know what the start comes to. */
export const NOBODY: Starter = Object.freeze({ came: () => undefined });

const GRACE_MS = 5_000;
/** Inits nested deeper than this take a turn of their own, so that no chain of starts fills the stack. */
const MAX_NESTED = 50;

/** Makes a process, with the names and the time that its spec gives it, and runs its `init`. */
export function startProcess(
  kernel: SystemState,
  behaviour: CompiledBehaviour,
  arg: unknown,
  birth: Birth,
  starter: Starter,
  spec?: Pick<ChildSpec, "names" | "shutdownMs">,
): Process {
  const process = createProcess(kernel, behaviour, birth, spec?.shutdownMs);
  const taken = spec === undefined ? undefined : takeNames(process, spec.names, birth.reservation);
  if (taken !== undefined) {
    unlinkFromParent(process);
    die(process, errorReason(taken));
    starter.came({ kind: "failed", reason: errorReason(taken) });
    return process;
  }
  const carried = kernel.tracing?.carry(process, "start", behaviour.name);
  if (kernel.nested < MAX_NESTED) init(kernel, process, arg, carried, starter);
  else initLater(kernel, process, arg, carried, starter);
  return process;
}

/** What starting changes in a system besides the kernel everybody sees. */
export interface SystemState extends Kernel {
  /** The last serial given out. */
  serial: number;
  /** Inits on the stack. */
  nested: number;
  /** Set when the system is told to stop: nothing starts in it any more. */
  stopping: boolean;
}

/** Starts what a spec describes. A function's process is adopted: linked to the parent, and its child. */
export function startSpec(
  kernel: SystemState,
  spec: ChildSpec,
  birth: Birth,
  starter: Starter,
): Process | undefined {
  const launch = spec[LAUNCH];
  if (launch.kind === "function") return startByFunction(spec, launch.start, birth, starter);
  return startProcess(kernel, behaviourOf(launch.definition), launch.arg, birth, starter, spec);
}

function startByFunction(spec: ChildSpec, start: () => unknown, birth: Birth, starter: Starter): undefined {
  const failed = (thrown: unknown): void => starter.came({ kind: "failed", reason: reasonOfThrow(thrown) });
  const adopt = (made: unknown): void => {
    let outcome: StartOutcome;
    try {
      outcome = adopted(spec, made, birth);
    } catch (thrown) {
      return failed(thrown);
    }
    starter.came(outcome);
  };
  try {
    const made = start();
    if (isThenable(made)) Promise.resolve(made).then(adopt, failed);
    else adopt(made);
  } catch (thrown) {
    failed(thrown);
  }
}

/** A process in the table, linked, with its address; nothing of it has run. */
export function createProcess(
  kernel: SystemState,
  behaviour: CompiledBehaviour,
  birth: Birth,
  shutdownMs?: ShutdownMs,
): Process {
  kernel.serial += 1;
  const { parent, supervised = false } = birth;
  const graceMs = birth.graceMs ?? (typeof shutdownMs === "number" ? shutdownMs : GRACE_MS);
  const process = new Process(kernel, kernel.serial, behaviour, parent, graceMs, supervised);
  process.pid = new PidAddress(process) as unknown as Pid;
  kernel.table.add(process);
  if (birth.linked && parent !== undefined) link(process, parent);
  return process;
}

/*
 * An init that is over at once makes nothing but its process: what it takes for one that waits, is traced or is the
 * library's own is done in functions of its own, so that their closures cost nothing here.
 */

function init(kernel: SystemState, process: Process, arg: unknown, carried: unknown, starter: Starter): void {
  const outer = kernel.running;
  kernel.running = process;
  // What a request starts without waiting waits itself as others do.
  const { edgeless } = kernel;
  kernel.edgeless = false;
  kernel.nested += 1;
  let begun: unknown;
  let later: boolean;
  try {
    begun =
      kernel.tracing === undefined && !process.behaviour.infrastructure
        ? kernel.runtime.attribution.enter(process, begin, arg)
        : beginWith(process, arg, carried);
    // In here, since looking at a proxy may throw.
    later = isThenable(begun);
  } catch (thrown) {
    return failStart(process, reasonOfThrow(thrown), starter);
  } finally {
    kernel.running = outer;
    kernel.edgeless = edgeless;
    kernel.nested -= 1;
  }
  if (later) awaitInit(process, begun as PromiseLike<unknown>, starter);
  else initialised(process, begun, starter);
}

function begin(process: Process, arg: unknown): unknown {
  return process.behaviour.init(arg, process.kernel.selfOf(process, undefined));
}

function beginWith(process: Process, arg: unknown, carried: unknown): unknown {
  const { tracing, runtime } = process.kernel;
  const run = (): unknown =>
    tracing === undefined ? begin(process, arg) : tracing.run(process, carried, () => begin(process, arg));
  const { attribution } = runtime;
  return process.behaviour.infrastructure
    ? attribution.outside(run)
    : attribution.enter(process, run, undefined);
}

function awaitInit(process: Process, begun: PromiseLike<unknown>, starter: Starter): void {
  const told = tellOnDeath(process, starter);
  suspendOn(
    process,
    begun,
    (value) => {
      told.forget();
      initialised(process, value, starter);
    },
    (thrown) => {
      told.forget();
      failStart(process, reasonOfThrow(thrown), starter);
    },
  );
}

function initLater(
  kernel: SystemState,
  process: Process,
  arg: unknown,
  carried: unknown,
  starter: Starter,
): void {
  const told = tellOnDeath(process, starter);
  kernel.runtime.scheduler.ready({
    run: () => {
      told.forget();
      if (process.status === "starting") init(kernel, process, arg, carried, starter);
      return 1;
    },
  });
}

/** A process that is killed before its `init` is over has failed to start. */
function tellOnDeath(process: Process, starter: Starter): { forget(): void } {
  const watcher = {
    stopping: () => undefined,
    died: (_pid: Pid, reason: ExitReason) => starter.came({ kind: "failed", reason }),
  };
  process.watch(watcher);
  return { forget: () => process.unwatch(watcher) };
}

function initialised(process: Process, answer: unknown, starter: Starter): void {
  const { kernel } = process;
  let given: Answer | undefined;
  try {
    given = answer instanceof Answer ? answer : undefined;
  } catch (thrown) {
    // The state is a proxy that throws when it is looked at.
    return failStart(process, reasonOfThrow(thrown), starter);
  }
  if (given !== undefined && given.kind !== "next") return notStarted(process, given, starter);
  process.status = "running";
  process.state = given === undefined ? answer : given.after;
  if (given !== undefined) also(process, given.value as never);
  if ((process.follow !== undefined || process.queued > 0) && !process.ready) process.wake();
  if (kernel.telemetry.heard("process:started")) {
    kernel.telemetry.emit("process:started", { pid: process.pid, label: process.label });
  }
  starter.came({ kind: "started", pid: process.pid });
}

/** `init` has answered that there is to be no process. */
function notStarted(process: Process, { kind, value }: Answer, starter: Starter): void {
  if (kind === "stop") return failStart(process, value as ExitReason, starter);
  if (kind === "refuse" || kind === "ignore") {
    unlinkFromParent(process);
    // Its end is in order, whatever it tells the starter: what it is linked to lives on.
    die(process, NORMAL);
    return starter.came(
      kind === "ignore" ? { kind: "ignored" } : { kind: "failed", reason: value as ExitReason },
    );
  }
  const text = `${process.behaviour.name}.init answered ${kind}(…): it answers a state, next, stop, ignore or refuse`;
  failStart(process, errorReason(new TypeError(text)), starter);
}

/** `init` failed: names are free again, and a linked starter that does not trap goes with it. */
function failStart(process: Process, reason: ExitReason, starter: Starter): void {
  if (process.parent?.trapping === true) unlinkFromParent(process);
  die(process, reason);
  starter.came({ kind: "failed", reason });
}

function unlinkFromParent(process: Process): void {
  if (process.parent !== undefined) unlink(process, process.parent);
}

/** Takes all names for the new process. @returns the error of the first that is not to be had */
function takeNames(process: Process, names: readonly Name[], reservation: object | undefined): unknown {
  try {
    for (const name of names) {
      const port = namePortOf(name);
      const taken = port.register(process.pid, reservation);
      if (taken.ok) continue;
      const by = "holder" in taken ? `held by ${String(taken.holder)}` : `reserved for ${taken.reservedFor}`;
      return new ActorError("ERR_NAME_TAKEN", "no", `${process.label} cannot start: ${port.label} is ${by}`);
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

function adopted(spec: ChildSpec, made: unknown, { parent, supervised }: Birth): StartOutcome {
  if (made instanceof Answer) {
    if (made.kind === "ignore") return { kind: "ignored" };
    if (made.kind === "refuse") return { kind: "failed", reason: made.value as ExitReason };
  }
  if (!(made instanceof PidAddress)) {
    const text = `the start of child "${spec.id}" answered ${made === null ? "null" : typeof made}: it answers a pid, ignore() or refuse(reason)`;
    return { kind: "failed", reason: errorReason(new TypeError(text)) };
  }
  const pid = made as unknown as Pid;
  const process = processOf(pid);
  if (process.status === "dead") return { kind: "failed", reason: process.reason ?? NORMAL };
  if (parent?.status === "dead") {
    // Nobody is left to stop it.
    sendExit(process, parent, KILLED, true);
    return { kind: "failed", reason: parent.reason ?? NOPROC };
  }
  if (parent !== undefined) {
    if (process === parent || ancestorsOf(parent).includes(pid)) {
      const text = `the start of child "${spec.id}" answered ${process.label}, which is above it in the tree`;
      return { kind: "failed", reason: errorReason(new TypeError(text)) };
    }
    link(process, parent);
    process.parent = parent;
    process.supervised = supervised === true;
  }
  return { kind: "started", pid };
}
