import { existsSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { sourcesBelow, walk } from "./source.ts";

const PAGE = "docs/errors.md";

describe("docs/errors.md", () => {
  it("lists every code that src uses, and no other", (context) => {
    const used = codesInSource();
    expect(used.length).toBeGreaterThan(0);
    if (!existsSync(PAGE)) context.skip(`${PAGE} is not written yet`);
    expect([...new Set(readFileSync(PAGE, "utf8").match(/\bERR_[A-Z_]+\b/g))].sort()).toEqual(used);
  });
});

/** The codes that stand in literals of `src`, sorted; those of Node and its peers start otherwise or are excepted. */
function codesInSource(): string[] {
  const codes = new Set<string>();
  for (const { ast } of sourcesBelow("src")) {
    walk(ast, (node) => {
      if (ts.isStringLiteral(node) && /^ERR_[A-Z_]+$/.test(node.text) && !isForeign(node.text))
        codes.add(node.text);
    });
  }
  return [...codes].sort();
}

/** Codes that Node itself throws and that resources compare with. */
function isForeign(code: string): boolean {
  return /^ERR_(HTTP2|TLS|SOCKET|STREAM|WORKER|INVALID_ARG|INVALID_URL|UNKNOWN_BUILTIN)_?/.test(code);
}
