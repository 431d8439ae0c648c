import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { entryFiles, fencesIn, pages, sources } from "./documentation.ts";
import type { Fence } from "./fence.ts";
import { declaredNames, exportedNames } from "./module-names.ts";

// inside the package, so that its own name resolves
const FOLDER = `.cache/fences-${process.pid}`;

afterAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
});

describe("documentation", () => {
  it("compiles", { timeout: 60_000 }, () => {
    const onPages = fencesIn(pages).map((fence) => ({ fence, modules: entryFiles }));
    const inSources = fencesIn(sources).map((fence) => ({ fence, modules: [fence.file] }));
    expect(faultsOf([...onPages, ...inSources])).toEqual([]);
  });

  it("would not compile with a wrong type", { timeout: 60_000 }, () => {
    const fence = { file: "docs/page.md", line: 7, code: "const one = 1;\nconst two: string = one;" };
    expect(faultsOf([{ fence, modules: [] }])).toEqual([expect.stringMatching(/^docs\/page\.md:8: TS2322/)]);
  });
});

interface Scoped {
  readonly fence: Fence;
  /** Files whose exports are in scope; an earlier one's name wins. */
  readonly modules: readonly string[];
}

/** Compiles each fence as a module of its own; what the compiler says, at the places in the documentation. */
function faultsOf(scoped: readonly Scoped[]): string[] {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const compilerOptions = { verbatimModuleSyntax: false };
  const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
  writeFileSync(`${FOLDER}/tsconfig.json`, JSON.stringify(config));
  for (const [index, { fence, modules }] of scoped.entries()) {
    writeFileSync(`${FOLDER}/fence${index}.ts`, `${importsFor(fence, modules)}\n${fence.code}\nexport {};\n`);
  }
  const compiler = ["node_modules/ts7/bin/tsc", "-p", FOLDER, "--pretty", "false"];
  const { stdout, status } = spawnSync(process.execPath, compiler, { encoding: "utf8" });
  const faults = [...stdout.matchAll(/^(?:.*\/fence(\d+)\.ts\((\d+),\d+\): error )?(.*(?:\n .*)*)$/gm)]
    .filter(([text]) => text !== "")
    .map(([, index, line, message]) => {
      if (index === undefined) return message!;
      const { file, line: first } = scoped[Number(index)]!.fence;
      return `${file}:${first + Number(line) - 2}: ${message}`;
    });
  expect(faults.length === 0).toBe(status === 0);
  return faults;
}

/** One line that imports what is in scope and what the fence does not declare or import itself. */
function importsFor(fence: Fence, modules: readonly string[]): string {
  const taken = new Set(declaredNames(fence.code));
  return modules
    .map((file) => {
      const free = exportedNames(file).filter((name) => !taken.has(name));
      for (const name of free) taken.add(name);
      return `import { ${free.join(", ")} } from "../../${file}";`;
    })
    .join(" ");
}
