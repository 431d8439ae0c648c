/**
 * Asking and telling all members of a pool at once, whatever state they are in.
 *
 * @module
 */

import type { Door, FaceTarget } from "../actors/behaviour.ts";
import type { Process } from "../actors/process.ts";
import { ask, send, tell } from "../actors/sending.ts";
import type { Callable, CallOptions, Pid } from "../core/pid.ts";

/** What came of asking all: each member is in one of the two, in the order of joining. */
export interface Gathered<out R> {
  readonly replies: readonly { readonly pid: Pid; readonly value: R }[];
  readonly errors: readonly { readonly pid: Pid; readonly error: unknown }[];
}

type Calls<A> = Callable<A>["call"];

/** All members of a pool as one. */
export interface Broadcast<out A> {
  /**
   * Asks all; each has the same time. Resolves when every member has answered, failed, or had its time.
   *
   * @throws ActorError `ERR_POOL_CLOSED`; what members answer or fail with is in what it resolves with
   */
  readonly call: {
    readonly [N in keyof Calls<A>]: Calls<A>[N] extends (...rest: infer I) => Promise<infer R>
      ? (...rest: I) => Promise<Gathered<R>>
      : never;
  };
  /** Tells all. */
  readonly cast: Callable<A>["cast"];
  /** Sends a raw message to all. */
  readonly send: Callable<A>["send"];
}

/** What a broadcast needs of its pool. */
export interface BroadcastHome {
  /** All that are registered and take messages, in the order of joining. */
  readonly everybody: () => readonly { readonly pid: Pid; readonly process: Process }[];
  /** @throws ActorError why nobody may be asked now */
  readonly open: () => void;
  readonly isClosed: () => boolean;
  /** Nobody takes it: it becomes a dead letter. */
  readonly lose: (kind: "cast" | "message", message: unknown) => void;
}

/** Asks and tells all. */
export class BroadcastTarget implements FaceTarget {
  readonly #home: BroadcastHome;

  constructor(home: BroadcastHome) {
    this.#home = home;
  }

  async ask(door: Door, input: unknown, options: unknown): Promise<Gathered<unknown>> {
    this.#home.open();
    const asked = this.#home.everybody().map(({ pid, process }) =>
      ask(process, door, input, options as CallOptions | undefined).then(
        (value) => ({ ok: true, pid, value }) as const,
        (error: unknown) => ({ ok: false, pid, error }) as const,
      ),
    );
    const outcomes = await Promise.all(asked);
    const replies = outcomes.flatMap((one) => (one.ok ? [{ pid: one.pid, value: one.value }] : []));
    const errors = outcomes.flatMap((one) => (one.ok ? [] : [{ pid: one.pid, error: one.error }]));
    return { replies, errors };
  }

  tell(door: Door, input: unknown): void {
    if (this.#home.isClosed()) return this.#home.lose("cast", input);
    for (const { process } of this.#home.everybody()) tell(process, door, input);
  }

  send(message: unknown): void {
    if (this.#home.isClosed()) return this.#home.lose("message", message);
    for (const { process } of this.#home.everybody()) send(process, message);
  }
}
