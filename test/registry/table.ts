/**
 * The tables of a registry without its process.
 *
 * @module
 */
import { processOf } from "../../src/actors/process.ts";
import type { Pid } from "../../src/core/pid.ts";
import { duplicateKeys } from "../../src/registry/admission.ts";
import { Claims } from "../../src/registry/claims.ts";
import type { Entry } from "../../src/registry/entry.ts";
import type { TestSystem } from "../../src/testing/test-system.ts";

export function claims(system: TestSystem, admission = duplicateKeys, maxKeys?: number): Claims<string> {
  return new Claims<string>({ system, admission, label: "claims", maxKeys });
}

/** Registers and answers the entry. */
export function enter(table: Claims<string>, key: unknown, pid: Pid, value = ""): Entry<string> {
  const made = table.register(key, pid, value);
  if (!made.ok) throw new Error("the key is taken");
  return made.entry;
}

/** How many want to know when a process ends. */
export function watchersOf(pid: Pid): number {
  return processOf(pid).ties?.watchers?.length ?? 0;
}
