import { describe, expect, it } from "vitest";
import { ENTRIES, publicNames } from "./entries.ts";
import { fileImported, importsOf, lineOf, packageImported, source, sourcesBelow } from "./source.ts";

const entries = Object.values(ENTRIES);

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
    const silent = [...publicNames(entries).values()]
      .flat()
      .filter(({ summary }) => summary === "")
      .map(({ name, declaration }) => {
        const file = declaration.getSourceFile().fileName;
        return `${file.slice(file.indexOf("src/"))}:${lineOf(declaration)}: ${name}`;
      });
    expect([...new Set(silent)]).toEqual([]);
  });

  it("export something", () => {
    for (const [file, names] of publicNames(entries)) expect(names.length, file).toBeGreaterThan(0);
  });
});

describe("publicNames", () => {
  it("tells a name with a summary from one without", () => {
    const names = publicNames(["test/architecture/entries.ts"]).get("test/architecture/entries.ts");
    expect(names?.filter(({ summary }) => summary !== "").map(({ name }) => name)).toEqual(
      expect.arrayContaining(["ENTRIES", "PublicName", "publicNames"]),
    );
    expect(publicNames(["test/types/undocumented.ts"]).get("test/types/undocumented.ts")?.[0]?.summary).toBe(
      "",
    );
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
