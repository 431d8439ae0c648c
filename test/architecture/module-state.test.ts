import { describe, expect, it } from "vitest";
import { mutableState } from "./module-state.ts";
import { source, sourcesBelow } from "./source.ts";

/** The process-wide listeners for faults, of which Node has one set: the one exception. */
const EXCEPTION = "src/core/attribution-node.ts";

describe("src", () => {
  it("keeps no state in modules", () => {
    const files = sourcesBelow("src").filter(({ path }) => path !== EXCEPTION);
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(mutableState)).toEqual([]);
  });
});

describe("mutableState", () => {
  it.each([
    "let a = 1;",
    "var a = 1;",
    "const a = new Map();",
    "export const a: Map<string, number> = new Map();",
    "const a = [];",
    "const a = { b: 1 };",
    "const a: string[] = ['x'];",
    "const a = { b: 1 } satisfies object;",
    "const a = new WeakMap();",
    "class A { static count = 0 }",
    "class A { static readonly all = new Set() }",
    "const make = () => class { static count = 0 };",
  ])("sees %s", (text) => {
    expect(mutableState(source("src/a.ts", text))).toHaveLength(1);
  });

  it.each([
    "const a = 1;",
    "const a = ['x'] as const;",
    "const a: readonly string[] = ['x'];",
    "const a: Readonly<Record<string, number>> = { b: 1 };",
    "const a: ReadonlyMap<string, number> = new Map([['b', 1]]);",
    "const a = Object.freeze({ b: 1 });",
    "const a = Symbol('a');",
    "declare const a: unique symbol;",
    "function f() { let a = 1; const b = new Map(); }",
    "class A { #all = new Map(); static readonly name = 'A'; static make() { let a; } }",
  ])("lets pass %s", (text) => {
    expect(mutableState(source("src/a.ts", text))).toEqual([]);
  });
});
