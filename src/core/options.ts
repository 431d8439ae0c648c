/**
 * Strict options: unknown keys and all faults at once, before anything starts.
 *
 * ```ts
 * import { isActorError } from "troupe";
 * import * as z from "zod/mini";
 *
 * const limits = onFirstUse(() => z.strictObject({ size: count(1) }));
 * checkOptions("createPool", limits, { size: 4 }); //=> { size: 4 }
 * try {
 *   checkOptions("createPool", limits, { size: 0, sise: 4 });
 * } catch (error) {
 *   isActorError(error, "ERR_INVALID_OPTIONS") && error.faults.length; //=> 2
 * }
 * ```
 *
 * @module
 */

import * as z from "zod/mini";
import { InvalidOptionsError } from "./errors.ts";

/** What a schema of options finds wrong, as zod lists it. */
interface Issue {
  readonly code?: string | undefined;
  readonly path?: readonly PropertyKey[] | undefined;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/**
 * A schema, or part of one, that is made when it is first asked for: a program pays at its start for no option, and
 * its bundle holds those that it uses.
 */
// @__NO_SIDE_EFFECTS__
export function onFirstUse<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/**
 * Checks what a user gave and answers it as given (no copies, no defaults).
 *
 * @param what - who asks, for the message: `createRegistry`
 * @param schema - of {@link onFirstUse}
 * @throws InvalidOptionsError with one line a fault
 */
export function checkOptions<T>(what: string, schema: () => z.ZodMiniType<T>, given: unknown): T {
  const result = z.safeParse(schema(), given);
  if (result.success) return given as T;
  throw new InvalidOptionsError(what, (result.error.issues as unknown as readonly Issue[]).flatMap(faultsOf));
}

/** @throws InvalidOptionsError for what can hold no options */
export function checkGiven(what: string, given: unknown): void {
  if (typeof given === "object" && given !== null) return;
  throw new InvalidOptionsError(what, ["the options must be of type object"]);
}

/** One of these words. */
export function oneOf<T extends string>(...words: readonly T[]): z.ZodMiniType<T> {
  return z.custom<T>((value) => (words as readonly unknown[]).includes(value), {
    error: `must be one of ${words.map((word) => JSON.stringify(word)).join(", ")}`,
  });
}

interface Typed {
  readonly string: string;
  readonly boolean: boolean;
}

/** A value of which `typeof` says this. */
export function ofType<T extends keyof Typed>(type: T): z.ZodMiniType<Typed[T]> {
  return z.custom<Typed[T]>((value) => typeof value === type, { error: `must be of type ${type}` });
}

/** A whole number ≥ `least`. */
export function count(least: number): z.ZodMiniType<number> {
  return z.custom<number>((value) => Number.isInteger(value) && (value as number) >= least, {
    error: `must be a whole number of at least ${least}`,
  });
}

/** A whole number ≥ `least`, or no limit at all. */
export function countOrInfinity(least = 0): z.ZodMiniType<number> {
  return z.custom<number>(
    (value) => value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= least),
    { error: `must be a whole number of at least ${least}, or Infinity` },
  );
}

/** Milliseconds ≥ 0; `Infinity` only where `unbounded` says so. */
export function durationMs(
  bounds: { readonly least?: number; readonly unbounded?: boolean } = {},
): z.ZodMiniType<number> {
  const { least = 0, unbounded = false } = bounds;
  return z.custom<number>(
    (value) =>
      typeof value === "number" && value >= least && (unbounded || value !== Number.POSITIVE_INFINITY),
    { error: `must be milliseconds, a number of at least ${least}${unbounded ? " or Infinity" : ""}` },
  );
}

/** A function; its signature is TypeScript's business. */
// biome-ignore lint/suspicious/noExplicitAny: any function will do
export function callback(): z.ZodMiniType<(...args: any[]) => unknown> {
  return z.custom((value) => typeof value === "function", { error: "must be a function" });
}

function faultsOf(issue: Issue): string[] {
  const where = (issue.path ?? []).map(String).join(".");
  switch (issue.code) {
    case "unrecognized_keys":
      return (issue["keys"] as readonly string[]).map(
        (key) => `${where === "" ? "" : `${where}: `}unknown option "${key}"`,
      );
    case "invalid_value":
      return [
        `${where} must be one of ${(issue["values"] as readonly unknown[]).map((value) => JSON.stringify(value)).join(", ")}`,
      ];
    case "invalid_type":
      return [`${where === "" ? "the options" : where} must be of type ${String(issue["expected"])}`];
    case "invalid_union":
      return [`${where} has none of the forms it may have`];
    default:
      return [`${where === "" ? "the options" : where} ${issue.message}`];
  }
}
