import { existsSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { type Source, source, sourcesBelow } from "./source.ts";

/** Files with code whose tests stand elsewhere, each with the place and the reason. */
const ELSEWHERE: Readonly<Record<string, { readonly test: string; readonly why: string }>> = {};

describe("src", () => {
  const files = sourcesBelow("src").filter(hasCode);

  it("has a test file beside each file with code", () => {
    expect(files.length).toBeGreaterThan(0);
    const missing = files
      .map(({ path }) => ELSEWHERE[path]?.test ?? mirrorOf(path))
      .filter((path) => !existsSync(path));
    expect(missing).toEqual([]);
  });

  it("needs every exception that is listed", () => {
    const needless = Object.keys(ELSEWHERE).filter((path) => !existsSync(path) || existsSync(mirrorOf(path)));
    expect(needless).toEqual([]);
  });
});

describe("hasCode", () => {
  it.each([
    ["export function f() {}", true],
    ["export const a = 1;", true],
    ['import "./effect.ts";', true],
    ["export class A {}", true],
    ["export interface A {}\nexport type B = A;", false],
    ['import type { A } from "./a.ts";\nexport type B = A;', false],
    ['export { a } from "./a.ts";\nexport type { B } from "./b.ts";\nexport * from "./c.ts";', false],
    ["declare const brand: unique symbol;\nexport type B = typeof brand;", false],
  ])("of %j is %s", (text, code) => {
    expect(hasCode(source("src/core/a.ts", text))).toBe(code);
  });
});

/** `src/pools/lease.ts` → `test/pools/lease.test.ts`. */
function mirrorOf(path: string): string {
  return path.replace(/^src\//, "test/").replace(/\.ts$/, ".test.ts");
}

/** Whether a file does more than declare types and re-export. */
function hasCode({ ast }: Source): boolean {
  return !ast.statements.every(
    (statement) =>
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      (ts.isImportDeclaration(statement) && statement.importClause !== undefined) ||
      (ts.canHaveModifiers(statement) &&
        statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)),
  );
}
