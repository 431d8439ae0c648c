/**
 * What was thrown, as text for people and as data for a structured log. Anything may have been thrown:
 * nothing in here throws, whatever the value does when it is looked at.
 *
 * @module
 */

import { describe } from "../core/exit-reason.ts";

/** How many errors of an aggregate are shown, and how many causes of causes. */
const MAX_SHOWN = 5;

/** Characters of one stack: a message of megabytes is part of it. */
const MAX_STACK = 8_000;

/** Name, message and stack of what was thrown: plain strings, whatever it was. */
export interface ThrownText {
  /** `RangeError`; `thrown` for what is no error. */
  readonly name: string;
  readonly message: string;
  /** With causes and parts, down to the user's last line. */
  readonly stack: string;
}

/**
 * Reads what was thrown, once.
 *
 * @example
 * ```ts
 * thrownText("no"); //=> { name: "thrown", message: '"no"', stack: 'thrown: "no"' }
 * ```
 */
export function thrownText(thrown: unknown): ThrownText {
  const stack = stackOf(thrown);
  try {
    if (thrown instanceof Error && typeof thrown.message === "string")
      return { name: String(thrown.name), message: shortened(thrown.message), stack };
  } catch {
    return { name: "thrown", message: describe(thrown), stack };
  }
  return { name: "thrown", message: describe(thrown), stack };
}

/** The stacks of an error, its causes and its parts, down to the user's last line; whatever was thrown. */
export function stackOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `thrown: ${describe(error)}`;
    const lines = [stackOrText(error), ...partsOf(error)];
    const shown = new Set<unknown>([error]);
    for (let { cause } = error; cause !== undefined && !shown.has(cause) && shown.size <= MAX_SHOWN; ) {
      lines.push(`caused by ${stackOrText(cause)}`);
      shown.add(cause);
      cause = cause instanceof Error ? cause.cause : undefined;
    }
    return lines.join("\n");
  } catch {
    return "(an error that cannot be shown)";
  }
}

function partsOf(error: Error): string[] {
  if (!(error instanceof AggregateError)) return [];
  const { errors } = error;
  const parts = errors.slice(0, MAX_SHOWN).map((part) => `one of ${errors.length}: ${stackOrText(part)}`);
  return errors.length > MAX_SHOWN ? [...parts, `and ${errors.length - MAX_SHOWN} more`] : parts;
}

function stackOrText(value: unknown): string {
  return value instanceof Error ? stackDownToUser(value) : describe(value);
}

/** Where this library lies, as a stack shows it: `src/` or the package. */
const LIBRARY = new URL("..", import.meta.url).pathname;

/**
 * A stack without the frames below the user's last one: how the library came to call a handler is no news.
 * A stack without any frame of the user's, as in a bundle of everything, stays whole.
 */
function stackDownToUser(error: Error): string {
  if (typeof error.stack !== "string" || error.stack === "") return describe(error);
  const lines = shortened(error.stack).split("\n");
  const last = lines.findLastIndex((line) => /^\s+at /.test(line) && !isInner(line));
  return (last < 0 ? lines : lines.slice(0, last + 1)).join("\n");
}

/** Without its middle when it is long: a huge message stands before the frames. */
function shortened(text: string): string {
  if (text.length <= MAX_STACK) return text;
  const half = MAX_STACK / 2;
  return `${text.slice(0, half)}… (${text.length - MAX_STACK} characters) …${text.slice(-half)}`;
}

function isInner(frame: string): boolean {
  return /\(?node:/.test(frame) || frame.replaceAll("\\", "/").includes(LIBRARY);
}
