/**
 * Who is to blame, on Node: one `AsyncLocalStorage` names the process in whose context a promise,
 * timer, emitter or socket failed.
 *
 * Node tells of a fault that nobody caught by `process.emit`, with the context of the fault in force. That
 * is where an actor's fault is taken, before anybody else hears of it; any other fault goes on untouched.
 * A listener of ours could not do that: Node keeps its default only while there is none, test runners and
 * other libraries stand down when they are not alone, and a host whose own listener ends the process would
 * end it for the fault of one actor. So nothing is listened to, `process.listenerCount` says what it said,
 * and a fault that no actor owns comes out as it would without this library, to the byte.
 *
 * What is put in the way of `process.emit` stays there after the last system has stopped: an actor that is
 * long dead may still fail. This and the storage are the library's one piece of module-level state: Node
 * has one process.
 *
 * @module
 */

import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { Attribution, FaultOwner, Scope } from "./attribution.ts";

const owners = new AsyncLocalStorage<FaultOwner | undefined>();

/** The context of this module's first evaluation: what actors run in instead of their starter's. */
const root = new AsyncResource("troupe.root", { requireManualDestroy: true });

/** Emitted to see whether {@link intercept} is still in the way of what Node emits. */
const PROBE = Symbol("troupe.probe");
let probed = false;

/** The storage that follows promises by hooks has this method, the one that stands on frames (Node 24 on) has not. */
const followsHooks = "_propagate" in owners;

/**
 * The root's scope, as nobody has left anything in it. Hooks keep what is entered, in any storage, in the object whose
 * scope it is: one that inherits from the root takes that along when it is forgotten.
 */
const unused: () => AsyncResource = followsHooks ? () => Object.create(root) as AsyncResource : () => root;

/**
 * Nothing has to be put back: the end of the scope around it does that by itself. A `run` makes two frames, one to come
 * back by, which was a fifth of what a start and a stop cost.
 */
function inOwnScope<O extends FaultOwner, A, R>(
  owner: O,
  work: (owner: O, argument: A) => R,
  argument: A,
): R {
  owners.enterWith(owner);
  return work(owner, argument);
}

function enter<O extends FaultOwner, A, R>(owner: O, work: (owner: O, argument: A) => R, argument: A): R {
  return unused().runInAsyncScope(inOwnScope as never, undefined, owner, work, argument);
}

/** Where hooks are followed an object keeps what was entered in its scope: a resource of its own costs four times that. */
function ownScope(owner: FaultOwner): Scope {
  const scope = unused();
  scope.runInAsyncScope(owners.enterWith, owners, owner);
  return scope as Scope;
}

/** A frame is taken along by a resource that is made in it. */
function ownFrame(): Scope {
  return new AsyncResource("troupe.process", { requireManualDestroy: true }) as Scope;
}

export const attribution: Attribution = Object.freeze({
  current: () => owners.getStore(),
  run: <R>(owner: FaultOwner, work: () => R): R => owners.run(owner, work),
  enter,
  scope: followsHooks ? ownScope : (owner: FaultOwner): Scope => enter(owner, ownFrame, undefined),
  outside: <R>(work: () => R): R => unused().runInAsyncScope(work),
  promisesKeepContext: followsHooks,
  install: () => {
    probed = false;
    process.emit(PROBE as never);
    // A spy or another library may have put back a `process.emit` of before.
    if (!probed) intercept();
  },
});

type Emit = (this: NodeJS.Process, event: string | symbol, ...args: unknown[]) => boolean;

/** Each interception knows what it stands before, so that a second one cannot lead back to the first. */
function intercept(): void {
  const emit = process.emit as Emit;
  const emitUnclaimed: Emit = function (event, ...args) {
    if (event === PROBE) {
      probed = true;
      return true;
    }
    return isClaimed(event, args[0], args[1]) || emit.call(this, event, ...args);
  };
  process.emit = emitUnclaimed as typeof process.emit;
}

/** @returns has an actor taken the fault? */
function isClaimed(event: string | symbol, error: unknown, origin: unknown): boolean {
  const isException = event === "uncaughtException";
  if (!isException && event !== "unhandledRejection" && event !== "uncaughtExceptionMonitor") return false;
  const owner = owners.getStore();
  if (owner === undefined) return false;
  // Under --unhandled-rejections=strict a rejection comes as an exception first, and then as what it is.
  const isFirstOfTwo = isException && origin === "unhandledRejection";
  if (event !== "uncaughtExceptionMonitor" && !isFirstOfTwo) owner.fault(error);
  return true;
}
