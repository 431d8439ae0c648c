/**
 * Runs an example and checks what it says about itself.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { checkedCode, ExampleError } from "./assertions.ts";

/** Code to run, and where it stands. */
export interface Example {
  readonly file: string;
  /** Line of the file at which the code begins, counted from 1. */
  readonly line: number;
  readonly code: string;
}

const AsyncFunction = (async () => {}).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => Promise<void>;

/**
 * Runs `example` to its end as an async function in strict mode.
 *
 * @param scope - what is in scope beside the globals; the example may declare the same names anew
 * @throws Error that points at file and line: a wrong value, an assertion never reached, whatever the code throws
 */
export async function runExample(
  example: Example,
  scope: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  let line = 1;
  const reached = new Set<number>();
  const at = (here: number): void => {
    line = here;
  };
  const expectValue = (here: number, actual: unknown, expected: unknown): unknown => {
    at(here);
    reached.add(here);
    expect(actual).toShow(expected);
    return actual;
  };
  try {
    const checked = checkedCode(example.code);
    const loaded = new Map<string, unknown>();
    for (const name of checked.imports) loaded.set(name, await load(name, example.file));
    const given = { ...scope, at, expectValue, exports: {}, require: (name: string) => loaded.get(name) };
    const names = Object.keys(given).filter((name) => name !== "default");
    // in a function of its own, so that the example may declare a name that is also in scope
    const body = `"use strict"; await (async () => {\n${checked.code}\n})();`;
    await new AsyncFunction(...names, body)(...names.map((name) => given[name as keyof typeof given]));
    const missed = checked.assertions.find((assertion) => !reached.has(assertion));
    if (missed !== undefined) throw new ExampleError(missed, "this //=> was never reached");
  } catch (error) {
    throw pointingAt(example, error instanceof ExampleError ? error.line : line, error);
  }
}

function load(name: string, from: string): Promise<unknown> {
  const path = name.startsWith(".") ? pathToFileURL(resolve(dirname(from), name)).href : name;
  return import(/* @vite-ignore */ path);
}

/** The error with the place in the documentation as its message's start and the top of its stack. */
function pointingAt(example: Example, line: number, error: unknown): Error {
  const fileLine = example.line + line - 1;
  const pointed = new Error(
    `${example.file}:${fileLine}: ${error instanceof Error ? error.message : String(error)}`,
    {
      cause: error,
    },
  );
  pointed.stack = `${pointed.message}\n    at example (${resolve(example.file)}:${fileLine}:1)`;
  return pointed;
}

expect.extend({
  /** Deep equality in which errors are equal when class and message are. */
  toShow(actual: unknown, expected: unknown) {
    const { equals, utils } = this;
    const sameError = (a: unknown, b: unknown): boolean | undefined => {
      if (!(a instanceof Error) && !(b instanceof Error)) return undefined;
      return (
        a instanceof Error && b instanceof Error && a.constructor === b.constructor && a.message === b.message
      );
    };
    return {
      pass: equals(actual, expected, [sameError, utils.iterableEquality]),
      message: () => `expected ${utils.stringify(expected)}, got ${utils.stringify(actual)}`,
    };
  },
});

declare module "vitest" {
  interface Matchers {
    toShow(expected: unknown): void;
  }
}
