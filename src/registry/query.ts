/**
 * Queries of a registry: one question, of which each part may be left open.
 *
 * What is bound is read from an index and never searched for: a key leads to its entries, a process to what
 * it has. Only a query that binds neither looks at the whole registry.
 *
 * @module
 */

import { InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import { type Pid, PORT } from "../core/pid.ts";
import type { Claim } from "./claim.ts";
import { findClaims, type Tables } from "./contents.ts";
import { fits, patternFault, type Where } from "./pattern.ts";

/** Which entries are asked for; a part that is absent is open. */
export interface EntryQuery<K, V> {
  /** Under this key only. */
  readonly key?: K;
  /** Of this process only. */
  readonly pid?: Pid;
  /** Those whose value fits: a part of it, or a function of value, process and key. */
  readonly where?: Where<K, V>;
}

/** What a user's query is once it has been looked at. */
export interface CheckedQuery<V> {
  readonly key?: unknown;
  readonly pid?: Pid;
  /** `undefined` when every value will do. */
  readonly isMeant: ((value: V, pid: Pid, key: unknown) => boolean) | undefined;
}

const PARTS: readonly string[] = Object.freeze(["key", "pid", "where"]);

/**
 * Looks at a query. A part that is there is bound, whatever it is: `{ key: undefined }` is nobody's key, not
 * all of them.
 *
 * @param what - who asks, for the message
 * @throws InvalidOptionsError with all faults at once
 */
export function checkQuery<V>(what: string, query: unknown): CheckedQuery<V> {
  if (typeof query !== "object" || query === null || Array.isArray(query)) {
    throw new InvalidOptionsError(what, [
      `takes { key, pid, where }, each of which may be left out, not ${describe(query)}`,
    ]);
  }
  const given = query as EntryQuery<unknown, V>;
  const faults = Object.keys(query)
    .filter((part) => !PARTS.includes(part))
    .map((part) => `unknown option "${part}"`);
  if ("pid" in given && !isPid(given.pid)) faults.push(`pid must be a pid, not ${describe(given.pid)}`);
  const bound = "where" in given;
  const fault = bound ? patternFault(given.where) : undefined;
  if (fault !== undefined) faults.push(fault);
  if (faults.length > 0) throw new InvalidOptionsError(what, faults);
  return { ...given, isMeant: bound ? meantBy(given.where as Where<unknown, V>) : undefined };
}

/** The claims that a query is about, those of stopping processes only when it binds the process. */
export function claimsMeant<V>(claims: Tables<V>, query: CheckedQuery<V>): Claim<V>[] {
  const found = findClaims(claims, query);
  const { isMeant } = query;
  if (isMeant === undefined) return found;
  return found.filter(({ entry, slot }) => isMeant(entry.value, entry.pid, slot.key));
}

function meantBy<V>(where: Where<unknown, V>): (value: V, pid: Pid, key: unknown) => boolean {
  if (typeof where === "function") return where as (value: V, pid: Pid, key: unknown) => boolean;
  return (value) => fits(where, value);
}

function isPid(given: unknown): boolean {
  return typeof given === "object" && given !== null && PORT in given;
}
