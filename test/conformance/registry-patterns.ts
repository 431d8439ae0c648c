/**
 * Patterns and guards of the recordings as queries of a registry: what is plain is given as it stands, all else
 * becomes a function.
 *
 * @module
 */

import { same } from "./compare.ts";

/** `{ "_": true }`, `{ "$": n }`, a list of patterns, or a value. */
export type Pattern = unknown;
/** `[op, arg, …]`; an argument is `{ "$": n }` or a value. */
export type Guard = readonly [op: string, ...args: unknown[]];

/** What stands for a pattern with its guards in `where`. */
export function whereOf(pattern: Pattern, guards: readonly Guard[] = []): unknown {
  if (guards.length === 0 && isPlain(pattern)) return pattern;
  return (value: unknown): boolean => {
    const bound = new Map<number, unknown>();
    return matches(pattern, value, bound) && guards.every((guard) => holds(guard, bound));
  };
}

/** Fits everything. */
export function isWildcard(pattern: Pattern): boolean {
  return isRecord(pattern) && "_" in pattern;
}

function isPlain(pattern: Pattern): boolean {
  return Array.isArray(pattern) ? pattern.every(isPlain) : !isRecord(pattern);
}

function matches(pattern: Pattern, value: unknown, bound: Map<number, unknown>): boolean {
  if (isWildcard(pattern)) return true;
  if (isRecord(pattern)) {
    const variable = pattern["$"] as number;
    if (bound.has(variable)) return same(bound.get(variable), value);
    bound.set(variable, value);
    return true;
  }
  if (!Array.isArray(pattern)) return same(pattern, value);
  return (
    Array.isArray(value) &&
    value.length === pattern.length &&
    pattern.every((part, at) => matches(part, value[at], bound))
  );
}

function holds([op, ...args]: Guard, bound: ReadonlyMap<number, unknown>): boolean {
  const [one, other] = args.map((arg) => (isRecord(arg) ? bound.get(arg["$"] as number) : arg));
  switch (op) {
    case ">":
      return order(one, other) > 0;
    case "<":
      return order(one, other) < 0;
    case ">=":
      return order(one, other) >= 0;
    case "=<":
      return order(one, other) <= 0;
    case "==":
      return same(one, other);
    case "=/=":
      return !same(one, other);
    case "is_integer":
      return Number.isInteger(one);
    case "is_binary":
      return typeof one === "string";
    default:
      throw new TypeError(`guard ${op} is unknown`);
  }
}

/** Erlang's order of terms: numbers, atoms, tuples (shorter ones first), binaries. */
function order(one: unknown, other: unknown): number {
  const ranks = rankOf(one) - rankOf(other);
  if (ranks !== 0) return ranks;
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return one.length - other.length;
    return one.map((item, at) => order(item, other[at])).find((each) => each !== 0) ?? 0;
  }
  if (one === other) return 0;
  return (one as number | string) < (other as number | string) ? -1 : 1;
}

function rankOf(term: unknown): number {
  if (typeof term === "number") return 0;
  if (term === null) return 1;
  return Array.isArray(term) ? 2 : 3;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
