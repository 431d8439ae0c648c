/**
 * How a resource that is an actor joins the pool it belongs to: a registration under the pool's key.
 *
 * @module
 */

import { isActorError } from "../core/errors.ts";
import type { Pid } from "../core/pid.ts";
import type { DuplicateRegistry } from "../registry/faces.ts";

/** Where an actor registers while it can serve: what a routing pool over `(registry, key)` picks from. */
export interface Membership {
  // biome-ignore lint/suspicious/noExplicitAny: a registry of any keys and values
  readonly registry: DuplicateRegistry<any, any>;
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
    throw error;
  }
}

/** Takes the registration of `pid` back, also while the registry is down. */
export function leave(membership: Membership | undefined, pid: Pid): void {
  membership?.registry.unregister(membership.key, pid);
}
