/**
 * How a resource that is an actor joins the pool it belongs to: a registration under the pool's key.
 *
 * @module
 */

import { isActorError } from "../core/errors.ts";
import type { Pid } from "../core/pid.ts";

/** What of a registry is needed here; every duplicate registry has it. */
export interface MemberRegistry {
  // biome-ignore lint/suspicious/noExplicitAny: keys and values of any kind
  register(key: any, pid: Pid, ...value: any[]): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  unregister(key: any, pid: Pid): boolean;
}

/** Where an actor registers while it can serve: what a routing pool over `(registry, key)` picks from. */
export interface Membership {
  readonly registry: MemberRegistry;
  readonly key: unknown;
  /** Stands beside the pid in the entry. */
  readonly value?: unknown;
}

/**
 * Registers `pid`.
 *
 * @returns `false` while the registry is down: try again later
 */
export function join(membership: Membership | undefined, pid: Pid): boolean {
  if (membership === undefined) return true;
  try {
    membership.registry.register(membership.key, pid, membership.value);
    return true;
  } catch (error) {
    if (isActorError(error, "ERR_NOT_RUNNING")) return false;
    // It stops in this very turn: nobody would find it anyway.
    if (isActorError(error, "ERR_NOPROC")) return true;
    throw error;
  }
}

/** Takes the registration of `pid` back, also while the registry is down. */
export function leave(membership: Membership | undefined, pid: Pid): void {
  membership?.registry.unregister(membership.key, pid);
}
