/**
 * The public entries of the package, as TypeScript sees them.
 *
 * @module
 */
import { existsSync } from "node:fs";
import ts from "typescript";
import manifest from "../../package.json" with { type: "json" };

/** A name that users import. */
export interface PublicName {
  readonly name: string;
  readonly declaration: ts.Declaration;
  /** What its doc comment says before the first tag; empty when there is none. */
  readonly summary: string;
}

/** The source files behind the package's `exports`, keyed by what users import; those that exist. */
export const ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === "object" && existsSync(target["troupe-source"])
      ? [[entry.replace(/^\./, "troupe"), target["troupe-source"].replace(/^\.\//, "")]]
      : [],
  ),
);

/** What each of `files` exports, re-exports followed to where the name is declared. */
export function publicNames(files: readonly string[], host?: ts.CompilerHost): Map<string, PublicName[]> {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ".");
  const program = ts.createProgram([...files], options, host);
  const checker = program.getTypeChecker();
  return new Map(files.map((file) => [file, exportsOf(program.getSourceFile(file), checker)]));
}

function exportsOf(file: ts.SourceFile | undefined, checker: ts.TypeChecker): PublicName[] {
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) return [];
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [declaration] = symbol.declarations ?? [];
    const summary = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
    return declaration ? [{ name: exported.name, declaration, summary }] : [];
  });
}
