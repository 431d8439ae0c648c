import { describe, expect, it } from "vitest";
import { cycles, wrongFloors, wrongOwners } from "./floors.ts";
import { importsOf, source, sourcesBelow } from "./source.ts";

const files = sourcesBelow("src");

describe("src", () => {
  it("is seen by these rules", () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(0);
  });

  it("imports only from its own floor and below, and never an index", () => {
    expect(files.flatMap(wrongFloors)).toEqual([]);
  });

  it("has no circle of imports, types counted", () => {
    expect(cycles(files)).toEqual([]);
  });

  it("imports a package only where its owner lives", () => {
    expect(files.flatMap(wrongOwners)).toEqual([]);
  });
});

describe("wrongFloors", () => {
  it.each([
    ["upwards", "src/core/a.ts", 'import { b } from "../actors/b.ts";', /core may not import actors/],
    [
      "a type upwards",
      "src/core/a.ts",
      'import type { B } from "../actors/b.ts";',
      /core may not import actors/,
    ],
    [
      "an inline type upwards",
      "src/core/a.ts",
      'let b: import("../actors/b.ts").B;',
      /core may not import actors/,
    ],
    ["a re-export upwards", "src/core/a.ts", 'export * from "../actors/b.ts";', /core may not import actors/],
    [
      "a neighbour",
      "src/registry/a.ts",
      'import "../supervisor/b.ts";',
      /registry may not import supervisor/,
    ],
    ["another neighbour", "src/machines/a.ts", 'import "../pools/b.ts";', /machines may not import pools/],
    ["the tests' kit", "src/pools/a.ts", 'import "../testing/b.ts";', /pools may not import testing/],
    ["an index", "src/actors/a.ts", 'import "../core/index.ts";', /imports an index/],
    ["out of src", "src/actors/a.ts", 'import "../../test/b.ts";', /not in src/],
    [
      "Node's floor in the core entry",
      "src/index.ts",
      'export * from "./node/a.ts";',
      /core entry may not import node/,
    ],
    ["from a floor without a place", "src/attic/a.ts", "", /has no folder "attic"/],
  ])("names an import %s", (_, path, text, message) => {
    expect(wrongFloors(source(path, text))).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ["downwards", "src/pools/deep/a.ts", 'import "../../registry/b.ts";'],
    ["a file beside", "src/pools/a.ts", 'import "./b.ts";'],
    ["anything from the testing kit", "src/testing/a.ts", 'import "../pools/b.ts";'],
  ])("lets pass an import %s", (_, path, text) => {
    expect(wrongFloors(source(path, text))).toEqual([]);
  });
});

describe("wrongOwners", () => {
  it.each([
    ["src/actors/a.ts", 'import { EventEmitter } from "eventemitter3";', /belongs to telemetry/],
    ["src/pools/checkout.ts", 'import * as z from "zod/mini";', /belongs to files that declare options/],
    ["src/pools/pool-options.ts", 'import * as z from "zod";', /nobody may import zod/],
    ["src/actors/a.ts", 'import type { Machine } from "xstate";', /belongs to machines\/xstate/],
    ["src/core/a.ts", 'import { EventEmitter } from "node:events";', /belongs to resources/],
    ["src/core/a.ts", 'import fs from "fs";', /nobody may import fs/],
  ])("names in %s: %s", (path, text, message) => {
    expect(wrongOwners(source(path, text))).toEqual([expect.stringMatching(message)]);
  });
});

describe("cycles", () => {
  it("finds a circle through a type import", () => {
    const a = source("src/core/a.ts", 'import { b } from "./b.ts";');
    const b = source("src/core/b.ts", 'import "./c.ts";');
    const c = source("src/core/c.ts", 'import type { A } from "./a.ts";');
    expect(cycles([a, b, c])).toEqual(["src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts"]);
    expect(cycles([a, b])).toEqual([]);
  });
});
