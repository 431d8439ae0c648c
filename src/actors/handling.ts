/**
 * What happens to one message: the handler that is due runs, and its answer is carried out.
 *
 * @module
 */

import type { ExitReason } from "../core/exit-reason.ts";
import { isThenable } from "../core/thenable.ts";
import { type Also, Answer } from "./answers.ts";
import { type AnyHandler, type Door, IDLE } from "./behaviour.ts";
import type { Handling } from "./doing.ts";
import { exitOf } from "./links.ts";
import type { AliasMark, ExitSignal, MessageTracer, Monitor, Process, StopAsked } from "./process.ts";
import { deadLetter, type PendingCall } from "./sending.ts";
import { suspendOn } from "./suspension.ts";
import { fall, stopWith } from "./terminating.ts";

/**
 * Handles one message that was taken from the mailbox. What nearly all messages are goes a way of its own, so short that
 * V8 inlines it into the slice: what is rare would take the room.
 */
export function handle(process: Process, door: Door, payload: unknown, call: unknown): void {
  const { kind } = door;
  if (process.kernel.observer !== undefined || (kind !== "info" && kind !== "cast" && kind !== "call")) {
    return handleAny(process, door, payload, call);
  }
  if (kind === "call" && (call as PendingCall).withdrawn) return skip(process, door);
  process.handled += 1;
  if (process.ties !== undefined) cancelIdle(process);
  if (kind === "info") handleInfo(process, payload, door, call);
  else if (kind === "cast") run(process, door.handler, payload, door, call);
  else handleCall(process, door, payload, call as PendingCall);
}

function handleAny(process: Process, door: Door, payload: unknown, call: unknown): void {
  if (isVoid(process, door, payload, call)) return skip(process, door);
  if (door.kind === "system") return serve(process, payload as SystemRequest, call as PendingCall);
  process.handled += 1;
  if (process.ties !== undefined && door.kind !== "idle") cancelIdle(process);
  const { observer } = process.kernel;
  if (observer === undefined || door.kind === "wake") return dispatch(process, door, payload, call);
  observer.taken(process, door, payload, call);
  dispatch(process, door, payload, call);
  if (!process.busy && process.status === "running") observer.handled(process);
}

function dispatch(process: Process, door: Door, payload: unknown, call: unknown): void {
  switch (door.kind) {
    case "call":
      return handleCall(process, door, payload, call as PendingCall);
    case "cast":
      return run(process, door.handler, payload, door, call);
    case "info":
    case "answer":
      return handleInfo(process, payload, door, call);
    case "alias":
      return handleInfo(process, payload, door, (call as AliasMark).carried);
    case "down":
      if (process.behaviour.down === undefined) return handleInfo(process, call, door);
      return run(process, process.behaviour.down, call, door);
    case "exit":
      return handleExit(process, payload as ExitSignal, door);
    case "idle":
      if (process.behaviour.idle === undefined) return;
      return run(process, (state, _none, self) => process.behaviour.idle?.(state, self), undefined, door);
    case "wake":
      return run(process, payload as () => unknown, undefined, door);
    case "stop":
      return stopWith(process, (payload as StopAsked).reason, undefined);
  }
}

/** What is asked of a process about itself: it runs between two messages and answers the caller. */
export type SystemRequest = (process: Process) => unknown;

/** Is no message to the process: what waits for one, such as `idle`, goes on waiting. */
function serve(process: Process, request: SystemRequest, call: PendingCall): void {
  try {
    call.fulfil(request(process));
  } catch (thrown) {
    call.deny(thrown);
  }
  awaitIdle(process);
}

/** Its place in the mailbox is all that is left of it. */
function isVoid({ ties }: Process, door: Door, payload: unknown, call: unknown): boolean {
  switch (door.kind) {
    case "call":
    case "system":
      return (call as PendingCall).withdrawn;
    case "exit":
      return (payload as ExitSignal).effect === "void";
    case "alias":
      return !(call as AliasMark).counts;
    case "down":
      return (payload as Monitor).flushed;
    case "idle":
      return ties?.idleEra !== payload;
    case "stop":
      return (payload as StopAsked).withdrawn;
    default:
      return false;
  }
}

/** No message has come: an `idle` that waited for this one to be looked at begins now. */
function skip(process: Process, door: Door): void {
  if (door.kind === "exit") process.voids -= 1;
  awaitIdle(process);
}

function awaitIdle(process: Process): void {
  const { ties } = process;
  if (ties?.idleMs === undefined || ties.idle !== undefined || process.queued > 0) return;
  armIdle(process, ties.idleMs);
}

/** Runs the `continue` handler that an answer asked for. */
export function handleContinue(process: Process, what: unknown): void {
  const { behaviour } = process;
  if (behaviour.continue === undefined) {
    const error = new TypeError(
      `${behaviour.name} answered next(…, { continue }) but has no continue handler`,
    );
    return fall(process, error, "continuing");
  }
  process.handled += 1;
  const { observer } = process.kernel;
  observer?.taken(process, CONTINUE, what, undefined);
  run(process, behaviour.continue, what, CONTINUE, process.kernel.tracing?.same(process));
  if (observer !== undefined && !process.busy && process.status === "running") observer.handled(process);
}

const CONTINUE: Pick<Door, "name" | "kind"> = Object.freeze({ kind: "info", name: "continue" });

function handleCall(process: Process, door: Door, input: unknown, call: PendingCall): void {
  call.started = true;
  process.current = call;
  let answer: unknown;
  try {
    const self = process.kernel.selfOf(process, door.wantsSelf ? call : undefined);
    const { tracing } = process.kernel;
    answer =
      tracing === undefined
        ? door.handler(process.state, input, self)
        : traced(tracing, process, tracing.ofCall(call), door.handler, input, self);
  } catch (thrown) {
    process.current = undefined;
    keepOpen(process, call);
    return fall(process, thrown, doing(door, input));
  }
  if (!(answer instanceof Answer) && isThenable(answer))
    return awaitAnswer(process, call, answer, door, input);
  answerCall(process, call, answer, door, input);
  process.current = undefined;
}

/** Apart, so that its closure costs nothing where a handler answers at once. */
function awaitAnswer(
  process: Process,
  call: PendingCall,
  answer: PromiseLike<unknown>,
  door: Door,
  input: unknown,
): void {
  keepOpen(process, call);
  awaitHandler(process, answer, door, input, (settled) => answerCall(process, call, settled, door, input));
}

function handleInfo(process: Process, message: unknown, door: Door, carried?: unknown): void {
  const { info } = process.behaviour;
  if (info !== undefined) return run(process, info, message, door, carried);
  deadLetter(process.kernel, { to: process.label, kind: "message", message, why: "unhandled" });
}

function handleExit(process: Process, signal: ExitSignal, door: Door): void {
  if (signal.effect === "parental") return stopWith(process, signal.reason, undefined, { byParent: true });
  if (signal.effect !== "trapped") return;
  const exit = exitOf(process, signal);
  if (process.behaviour.exit === undefined) handleInfo(process, exit, door);
  else run(process, process.behaviour.exit, exit, door);
}

/** Runs a handler that answers with what comes after. */
function run(
  process: Process,
  handler: AnyHandler,
  input: unknown,
  door: Pick<Door, "kind" | "name">,
  carried?: unknown,
): void {
  let after: unknown;
  try {
    const self = process.self ?? process.kernel.selfOf(process, undefined);
    const { tracing } = process.kernel;
    after =
      tracing === undefined
        ? handler(process.state, input, self)
        : traced(tracing, process, carried, handler, input, self);
  } catch (thrown) {
    return fall(process, thrown, doing(door, input));
  }
  if (isThenable(after))
    awaitHandler(process, after, door, input, (settled) => goOn(process, settled, door, input));
  else if (after instanceof Answer) goOn(process, after, door, input);
  else process.state = after;
}

/** Apart, so that its closure costs nothing where nobody traces. */
function traced(
  tracing: MessageTracer,
  process: Process,
  carried: unknown,
  handler: AnyHandler,
  input: unknown,
  self: object,
): unknown {
  return tracing.run(process, carried, () => handler(process.state, input, self));
}

function answerCall(process: Process, call: PendingCall, answer: unknown, door: Door, input: unknown): void {
  if (!(answer instanceof Answer)) {
    keepOpen(process, call);
    return fall(process, badAnswer(process, door, answer), doing(door, input));
  }
  const { after, value } = answer;
  switch (answer.kind) {
    case "reply":
      if (isThenable(value)) {
        keepOpen(process, call);
        answerLater(process, call, value, door, input);
      } else if (after instanceof Answer && after.kind === "stop") {
        // As in OTP: terminate first, then the reply, then the exit.
        keepOpen(process, call);
        process.state = after.after;
        return stopWith(process, after.value as ExitReason, undefined, { last: () => call.reply(value) });
      } else {
        call.reply(value);
      }
      return goOn(process, after, door, input);
    case "fail":
      if (after instanceof Answer && after.kind === "stop") {
        keepOpen(process, call);
        process.state = after.after;
        return stopWith(process, after.value as ExitReason, undefined, { last: () => call.fail(value) });
      }
      call.fail(value);
      return goOn(process, after, door, input);
    case "noReply":
      keepOpen(process, call);
      return goOn(process, after, door, input);
    default:
      keepOpen(process, call);
      return goOn(process, answer, door, input);
  }
}

/** Carries out what comes after a handler: a state, `next` or `stop`. */
export function goOn(
  process: Process,
  after: unknown,
  door: Pick<Door, "name" | "kind">,
  input: unknown,
): void {
  if (!(after instanceof Answer)) {
    process.state = after;
    return;
  }
  if (after.kind === "next") {
    process.state = after.after;
    return also(process, after.value as Also);
  }
  if (after.kind === "stop") {
    process.state = after.after;
    return stopWith(process, after.value as ExitReason, undefined);
  }
  fall(process, badAnswer(process, door, after), doing(door, input));
}

/** What `next` asks for besides the state. */
export function also(process: Process, { continue: what, idleMs }: Also): void {
  if (what !== undefined) process.follow = { what };
  if (idleMs === undefined) return;
  if (process.queued === 0) armIdle(process, idleMs);
  process.tie().idleMs = idleMs;
}

/** While a handler awaits, nothing else is handled; signals still act. */
function awaitHandler(
  process: Process,
  promise: PromiseLike<unknown>,
  door: Pick<Door, "kind" | "name">,
  input: unknown,
  apply: (value: unknown) => void,
): void {
  suspendOn(process, promise, apply, (thrown) => fall(process, thrown, doing(door, input)));
}

/** `reply(promise, state)`: the actor goes on, and ends as by a throw if the promise rejects. */
export function answerLater(
  process: Process,
  call: PendingCall,
  promise: PromiseLike<unknown>,
  door: Pick<Door, "name">,
  input: unknown,
): void {
  Promise.resolve(promise).then(
    (value) => call.reply(value),
    (thrown) => {
      if (process.status === "dead") return process.fault(thrown);
      process.signal({ fault: thrown, what: doing(door, input) });
    },
  );
}

function keepOpen(process: Process, call: PendingCall): void {
  if (!call.settled) process.openCalls().add(call);
}

function armIdle(process: Process, idleMs: number): void {
  const ties = process.tie();
  ties.idle?.cancel();
  const era = ties.idleEra;
  const { clock } = process.kernel.runtime;
  ties.idle = clock.setTimer(() => {
    if (process.status === "running" && ties.idleEra === era) process.enqueue(IDLE, era, undefined);
  }, idleMs);
}

function cancelIdle(process: Process): void {
  const { ties } = process;
  if (ties === undefined) return;
  ties.idleMs = undefined;
  if (ties.idle === undefined) return;
  ties.idle.cancel();
  ties.idle = undefined;
  ties.idleEra += 1;
}

/** For its report, should the handler fail. */
export function doing({ name }: Pick<Door, "name">, input: unknown): Handling {
  return { name, input };
}

function badAnswer(process: Process, door: Pick<Door, "name">, answer: unknown): TypeError {
  const got = answer instanceof Answer ? `${answer.kind}(…)` : typeof answer;
  return new TypeError(
    `${process.behaviour.name}.${door.name} answered ${got}: a call answers reply, fail, noReply or stop; everything else a state, next or stop`,
  );
}
