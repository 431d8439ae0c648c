/**
 * Patterns of values: which entries a query is about. A function decides by itself; anything else is a part
 * of the value, compared by structure.
 *
 * ```ts
 * fits({ state: "idle" }, { state: "idle", since: 3 }); //=> true
 * fits({ at: { line: 2 } }, { at: { line: 2, column: 9 } }); //=> true
 * fits(["idle", 3], ["idle", 3]); //=> true
 * fits(["idle"], ["idle", 3]); //=> false
 * fits(Number.NaN, Number.NaN); //=> true
 * ```
 *
 * A plain object fits whatever has all its properties, a list fits a list of the same length, and anything
 * else (a date, a map, an instance) fits itself.
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";

/** A part of a value: of objects some properties, of lists all items, of anything else itself. */
export type ValuePattern<V> = unknown extends V
  ? {} | null | undefined
  : V extends readonly unknown[]
    ? { readonly [I in keyof V]: ValuePattern<V[I]> }
    : V extends object
      ? { readonly [N in keyof V]?: ValuePattern<V[N]> }
      : V;

/** Which entries are meant: by a function of value, process and key, or by a part of the value. */
export type Where<K, V> = ((value: V, pid: Pid, key: K) => boolean) | ValuePattern<V>;

/** Deeper patterns are refused: most likely they contain themselves. */
const MAX_DEPTH = 32;

/** What is wrong with a pattern, as one line; `undefined` when nothing is. */
export function patternFault(pattern: unknown, depth = 0): string | undefined {
  if (!isList(pattern) && !isPlain(pattern)) return undefined;
  if (depth >= MAX_DEPTH) return `where nests more than ${MAX_DEPTH} deep`;
  for (const part of Object.values(pattern)) {
    const fault = patternFault(part, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Whether `value` has all that `pattern` shows; see the module. O(size of the pattern). */
export function fits(pattern: unknown, value: unknown): boolean {
  if (isSame(pattern, value)) return true;
  if (isList(pattern)) {
    return (
      isList(value) && pattern.length === value.length && pattern.every((part, at) => fits(part, value[at]))
    );
  }
  if (!isPlain(pattern) || typeof value !== "object" || value === null) return false;
  return Object.keys(pattern).every(
    (name) => name in value && fits(pattern[name], (value as Record<string, unknown>)[name]),
  );
}

/** As a `Map` compares its keys: `NaN` is itself, `-0` is `0`. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
