import { describe, expect, it } from "vitest";
import { findNode } from "../../benchmarks/nodes.ts";
import { UsageError } from "../../benchmarks/options.ts";

describe("findNode", () => {
  it("asks the program for its version", () => {
    expect(findNode(process.execPath)).toEqual({ path: process.execPath, version: process.versions.node });
  });

  it.each(["/nowhere/node", "true"])("refuses %s, which is no Node", (path) => {
    expect(() => findNode(path)).toThrow(UsageError);
    expect(() => findNode(path)).toThrow(`a program of Node or "newest"; ${path}: `);
  });
});
