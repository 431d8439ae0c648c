/**
 * The name port: how an actor is found under a key. Any name service can stand behind it;
 * the registry, and later the partition supervisor and the cluster, each provide one.
 * Actors are started under a name without knowing who keeps it.
 *
 * @module
 */

import type { Pid } from "./pid.ts";

/** What became of a try to take a name. */
export type NameTaken =
  | { readonly ok: true }
  | { readonly ok: false; readonly holder: Pid }
  | { readonly ok: false; readonly reservedFor: string };

/** Who asks for a reserved name: the value the supervisor made the reservation with. */
export type Reservation = object;

/**
 * One key of one name service.
 *
 * @follows Elixir's `:via` modules; `send` is not part of it, since a found pid is sent to as any other
 */
export interface NamePort {
  /** For messages: `hits in names`. */
  readonly label: string;
  /** @returns who holds the name and takes messages, `undefined` when nobody does */
  whereis(): Pid | undefined;
  /**
   * Takes the name for `pid`. A reserved name is given only to who holds the reservation.
   *
   * @throws ActorError `ERR_NOT_RUNNING` while the name service is down
   */
  register(pid: Pid, reservation?: Reservation): NameTaken;
  unregister(pid: Pid): boolean;
  /** Keeps the name for a child while it restarts; `false` when somebody else holds or reserves it. */
  reserve(reservation: Reservation, child: string): boolean;
  release(reservation: Reservation): void;
  /** Calls back once, in the turn in which somebody takes the name. @returns a function that forgets it */
  onRegister(found: (pid: Pid) => void): () => void;
  /**
   * While the name service is down and somebody else is to start it: calls back once, in the turn in which it is
   * back. A name service that is never down has none.
   *
   * @returns a function that forgets it; `undefined`, with nothing kept, when names can be taken now
   */
  whenUp?(up: () => void): (() => void) | undefined;
}
