import { describe, expect, it } from "vitest";
import { ENTRIES, publicNames } from "./entries.ts";
import { fileImported, importsOf, lineOf, packageImported, source, sourcesBelow } from "./source.ts";

const entries = Object.values(ENTRIES);
const DOCUMENTED = "test/architecture/entries.ts";
const UNDOCUMENTED = "test/types/undocumented.ts";
/** All asked of one program: to make one takes longer than every test here. */
const names = publicNames([...entries, DOCUMENTED, UNDOCUMENTED]);

describe("the public entries", () => {
  it("hold re-exports only", () => {
    const own = sourcesBelow("src")
      .filter(({ path }) => path.endsWith("/index.ts"))
      .flatMap(({ path, ast }) =>
        ast.statements
          .filter((statement) => !/^export\b[\s\S]*\bfrom\b/.test(statement.getText()))
          .map((statement) => `${path}:${lineOf(statement)}: ${statement.getText().split("\n")[0]}`),
      );
    expect(own).toEqual([]);
  });

  it("say of every name what it is", () => {
    const silent = entries
      .flatMap((entry) => names.get(entry)!)
      .filter(({ summary }) => summary === "")
      .map(({ name, declaration }) => {
        const file = declaration.getSourceFile().fileName;
        return `${file.slice(file.indexOf("src/"))}:${lineOf(declaration)}: ${name}`;
      });
    expect([...new Set(silent)]).toEqual([]);
  });

  it("export something", () => {
    for (const entry of entries) expect(names.get(entry)!.length, entry).toBeGreaterThan(0);
  });
});

describe("publicNames", () => {
  it("tells a name with a summary from one without", () => {
    const described = names.get(DOCUMENTED)!.filter(({ summary }) => summary !== "");
    expect(described.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["ENTRIES", "PublicName", "publicNames"]),
    );
    expect(names.get(UNDOCUMENTED)![0]!.summary).toBe("");
  });
});

describe("examples", () => {
  const files = sourcesBelow("examples");

  it("import public entries, and nothing of the package besides", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file).flatMap((imported) => {
        const path = fileImported(file, imported);
        const name = packageImported(imported);
        const fine = path ? inSameExample(file.path, path) : !/^troupe(\/|$)/.test(name!) || name! in ENTRIES;
        return fine ? [] : [`${file.path}:${imported.line}: ${imported.specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ["examples/link-audit/pages/page.ts", "../report.ts", true],
    ["examples/link-audit/main.ts", "../../src/core/pid.ts", false],
    ["examples/link-audit/main.ts", "../course/01-counter.ts", false],
  ])("in %s may import %s: %s", (path, specifier, fine) => {
    const file = source(path, `import "${specifier}";`);
    expect(inSameExample(path, fileImported(file, importsOf(file)[0]!)!)).toBe(fine);
  });
});

function inSameExample(from: string, to: string): boolean {
  const folder = from.split("/").slice(0, 2).join("/");
  return to.startsWith(`${folder}/`);
}
