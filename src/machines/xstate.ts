/**
 * All that the house knows of XState, v5: its types, and the few members of its actors that are taken over so
 * that a child runs in a process. Nothing of it is loaded from here: a machine brings its own.
 *
 * @module
 */

import type { AnyActorLogic, AnyEventObject, AnyStateMachine } from "xstate";

export type {
  ActorRefFrom,
  AnyActorRef,
  AnyActorScope,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  EmittedFrom,
  EventFrom,
  ExecutableActionObject,
  InputFrom,
  InspectionEvent,
  Observer,
  OutputFrom,
  Snapshot,
  SnapshotFrom,
  Subscription,
} from "xstate";

/** What XState has made of an invocation or of `spawn`: an actor that its parent has in hand as a reference. */
export interface ForeignChild {
  readonly id: string;
  readonly src: string | AnyActorLogic;
  readonly systemId: string | undefined;
  readonly _parent: object | undefined;
  _processingStatus: number;
  _deferred: unknown[];
  start(): unknown;
  _stop(): unknown;
  _send(event: AnyEventObject): void;
  _initState(persisted: undefined): void;
  getSnapshot(): { readonly status: string; readonly error?: unknown };
}

const NOT_STARTED = 0;
const STOPPED = 2;

/** Who decides when a child starts and stops. */
export interface Keeper {
  start(): void;
  stop(): void;
}

/** A child whose start and stop are another's to decide. */
export class Shell {
  readonly child: ForeignChild;
  readonly #start: () => unknown;
  readonly #stop: () => unknown;

  /** Takes `child` over, before it has been started. */
  constructor(child: ForeignChild, keeper: Keeper) {
    this.child = child;
    this.#start = child.start;
    this.#stop = child._stop;
    child.start = () => {
      keeper.start();
      return child;
    };
    child._stop = () => {
      if (child._processingStatus === NOT_STARTED) this.close();
      else keeper.stop();
      return child;
    };
  }

  get status(): string {
    return this.child.getSnapshot().status;
  }

  get hasFailed(): boolean {
    return this.status === "error";
  }

  get error(): unknown {
    return this.child.getSnapshot().error;
  }

  get hasStarted(): boolean {
    return this.child._processingStatus !== NOT_STARTED;
  }

  get hasStopped(): boolean {
    return this.child._processingStatus === STOPPED;
  }

  /** Starts it here. It catches what its code throws: `status` tells. */
  open(): void {
    this.#start.call(this.child);
  }

  /** Lets it handle an event here. */
  take(event: AnyEventObject): void {
    this.child._send(event);
  }

  /** Stops it here; a second time does nothing. */
  close(): void {
    this.#stop.call(this.child);
  }

  /** Makes it as it was before its start. Who has it as a reference has the new one. */
  renew(): void {
    this.child._processingStatus = NOT_STARTED;
    this.child._deferred.length = 0;
    this.child._initState(undefined);
  }
}

/** `true` for what a machine may be given: an object with a type. */
export function isEvent(message: unknown): message is AnyEventObject {
  return (
    typeof message === "object" &&
    message !== null &&
    typeof (message as { type?: unknown }).type === "string"
  );
}

/** `true` for what `createMachine` and `setup(…).createMachine` answer, of any copy of XState v5. */
export function isStateMachine(value: unknown): value is AnyStateMachine {
  const given = value as Partial<Record<string, unknown>> | null | undefined;
  return typeof given === "object" && given !== null && given["__xstatenode"] === true && "root" in given;
}

/** What a parent is sent when a child has failed. */
export function errorEvent(id: string, error: unknown): AnyEventObject {
  return { type: `xstate.error.actor.${id}`, error, actorId: id };
}

/** The event with which a machine begins. */
export function initEvent(input: unknown): AnyEventObject {
  return { type: "xstate.init", input };
}

/** `true` when both name the same states. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) =>
      sameValue((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
    )
  );
}
