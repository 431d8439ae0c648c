/**
 * A definition as the runtime reads it: callbacks looked up once, one {@link Door} for each handler.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ExitReason } from "../core/exit-reason.ts";
import type { CallOptions } from "../core/pid.ts";

/** What kind of message stands in a mailbox. */
export type DoorKind =
  | "call"
  | "cast"
  | "info"
  | "down"
  | "exit"
  | "answer"
  | "idle"
  | "stop"
  | "wake"
  | "alias"
  | "system";

// biome-ignore lint/suspicious/noExplicitAny: handlers of any state and input stand behind one shape
export type AnyHandler = (state: any, input: any, self: any) => unknown;

/** Where one kind of message enters: a handler of a definition, or one of the fixed doors below. */
export interface Door {
  readonly kind: DoorKind;
  readonly name: string;
  readonly handler: AnyHandler;
  readonly schema: StandardSchemaV1 | undefined;
  /** The handler names `self`: a call handler then gets one of its own, with its `from`. */
  readonly wantsSelf: boolean;
  /** Whose door it is, so that a name of another definition is found out. */
  readonly behaviour: CompiledBehaviour | undefined;
  readonly asked: Asked | undefined;
}

/** How a call of the library's own is made, where that differs from a user's. */
export interface Asked {
  /** All arguments together are the input; there are no call options. */
  readonly spread?: boolean;
  /** For callers who give none. */
  readonly options?: CallOptions;
}

/** Where a handler of the library's own says how it is {@link Asked}. */
export const ASKED: unique symbol = Symbol("troupe.asked");

/** Marks a call handler of the library's own. */
// @__NO_SIDE_EFFECTS__
export function asked<F extends object>(how: Asked, handler: F): F {
  return Object.assign(handler, { [ASKED]: how });
}

const unused: AnyHandler = () => undefined;

function fixedDoor(kind: DoorKind): Door {
  const none = { schema: undefined, wantsSelf: false, behaviour: undefined, asked: undefined };
  return Object.freeze({ kind, name: kind, handler: unused, ...none });
}

export const INFO: Door = fixedDoor("info");
/** A raw message that came by an alias: dropped when that is no longer active. */
export const ALIAS: Door = fixedDoor("alias");
export const DOWN: Door = fixedDoor("down");
export const EXIT: Door = fixedDoor("exit");
export const IDLE: Door = fixedDoor("idle");
export const STOP: Door = fixedDoor("stop");
/** The answer to `self.request`: a reply, which no policy of a mailbox may shed. */
export const ANSWER: Door = fixedDoor("answer");
/** A process of the library's own goes on with something: the message is a function that answers as a cast does. */
export const WAKE: Door = fixedDoor("wake");
/** A question about the process itself; no handler sees it, and a suspended process answers it too. */
export const SYSTEM: Door = fixedDoor("system");

/** Asks and tells through doors: what stands behind `call` and `cast` of a pid, a name or a pool. */
export interface FaceTarget {
  ask(door: Door, input: unknown, options: unknown): Promise<unknown>;
  tell(door: Door, input: unknown): void;
}

/** Makes the `call` or `cast` object of an address. */
export type Face = new (target: FaceTarget) => object;

/** How much may wait, and what happens beyond. */
export type MailboxOptions =
  | { readonly capacity: number; readonly policy: "reject" | "dropNewest" | "dropOldest" }
  | { readonly highWater: number };

// biome-ignore lint/suspicious/noExplicitAny: callbacks of any state stand behind one shape
type Callback = (...args: any[]) => unknown;

/** What crash reports show of each part: whatever these answer, at once. */
export interface Redaction<in S> {
  /** What may be seen of the state; nothing when absent. */
  readonly state?: (state: S) => unknown;
  /**
   * What may be seen of the message that was being handled; kind and size when absent.
   *
   * @param name - of the call or cast; `info`, `down`, `continue` and so on for the rest
   */
  readonly message?: (message: unknown, name: string) => unknown;
  /** What may be seen of an error; all of it when absent. Links, monitors and callers get the error itself. */
  readonly error?: (error: unknown) => unknown;
}

/** Reads and replaces the user's state within a record of the library's own. */
export interface Inner {
  read(record: never): unknown;
  write(record: never, state: unknown): void;
}

/** Everything the runtime wants to know of a definition. */
export interface CompiledBehaviour {
  readonly name: string;
  /** The definition itself: its identity is what names and pools compare. */
  readonly definition: object;
  readonly init: Callback;
  readonly info: Callback | undefined;
  readonly down: Callback | undefined;
  readonly exit: Callback | undefined;
  readonly idle: Callback | undefined;
  readonly continue: Callback | undefined;
  readonly terminate: ((state: never, reason: ExitReason, self: never) => unknown) | undefined;
  readonly redact: Redaction<never> | undefined;
  readonly mailbox: MailboxOptions | undefined;
  /** What a supervisor shows of its children to who draws the tree. */
  readonly outline: Callback | undefined;
  /** Where the process's state is a record of the library's own: the user's, which stands in it. */
  readonly inner: Inner | undefined;
  readonly Calls: Face;
  readonly Casts: Face;
  readonly callDoors: ReadonlyMap<string, Door>;
  readonly castDoors: ReadonlyMap<string, Door>;
  /** A supervisor, a registry or a pool: runs in no owner's context, and first in line. */
  readonly infrastructure: boolean;
  /** A process without callbacks: `init` is its whole life. */
  readonly bare: boolean;
}

/** Where a definition keeps its compiled behaviour. */
export const BEHAVIOUR: unique symbol = Symbol("troupe.behaviour");

/** The compiled behaviour of a definition. */
export function behaviourOf(definition: object): CompiledBehaviour {
  return (definition as { readonly [BEHAVIOUR]: CompiledBehaviour })[BEHAVIOUR];
}

/** `true` when `value` was made by `defineActor`. */
export function isDefinition(value: unknown): value is object {
  return typeof value === "object" && value !== null && BEHAVIOUR in value;
}
