import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

const sources = import.meta.dirname;

/**
 * Strips the types off everything below `contender/` and `work/`, so that a contender's process runs plain JavaScript
 * with no loader in it. Lies inside the package, so that `import "troupe"` finds the built package itself.
 *
 * @returns the folder that holds `contender/serve.js` and `work/`
 */
export function compileContenders(): string {
  const target = join(sources, "..", ".cache", "benchmarks");
  rmSync(target, { recursive: true, force: true });
  for (const file of [...below("contender"), ...below("work")]) {
    const { outputText } = ts.transpileModule(readFileSync(join(sources, file), "utf8"), {
      fileName: file,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    const path = join(target, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, outputText);
  }
  return target;
}

function below(folder: string): string[] {
  return readdirSync(join(sources, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(sources, join(entry.parentPath, entry.name)));
}
