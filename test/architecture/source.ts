/**
 * Reads source files with TypeScript's own parser, for rules about them.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix, sep } from "node:path";
import ts from "typescript";

/** A file as the rules see it. */
export interface Source {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly ast: ts.SourceFile;
}

/** One import of a file: static, re-exported, dynamic, or inside a type. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Vanishes when types are stripped. */
  readonly typeOnly: boolean;
}

const read = new Map<string, readonly Source[]>();

/** Reads every TypeScript file below `folder`, once; none when the folder is not there. */
export function sourcesBelow(folder: string): readonly Source[] {
  const known = read.get(folder) ?? readBelow(folder);
  read.set(folder, known);
  return known;
}

function readBelow(folder: string): readonly Source[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => posix.join(folder, path.split(sep).join("/")))
    .filter((path) => path.endsWith(".ts") && !path.includes("/node_modules/"))
    .sort()
    .map((path) => source(path, readFileSync(path, "utf8")));
}

/** Parses `text` as the file at `path`. */
export function source(path: string, text: string): Source {
  return { path, ast: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Lists what a file imports, in order, types included. */
export function importsOf({ ast }: Source): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      found.push({ specifier: specifier.text, line: lineOf(specifier), typeOnly });
    }
  };
  walk(ast, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && (isImport(node) || isRequire(node))) add(node.arguments[0], false);
  });
  return found;
}

const isImport = (call: ts.CallExpression): boolean => call.expression.kind === ts.SyntaxKind.ImportKeyword;
const isRequire = (call: ts.CallExpression): boolean =>
  ts.isIdentifier(call.expression) && call.expression.text === "require";

/** The package's own import conditions, and the file each stands for on Node. */
const CONDITIONS: Readonly<Record<string, string>> = { "#attribution": "src/core/attribution-node.ts" };

/** The file that an import names, as a path from the root; `undefined` for a package. */
export function fileImported(from: Source, { specifier }: Import): string | undefined {
  if (specifier in CONDITIONS) return CONDITIONS[specifier];
  return specifier.startsWith(".") ? posix.join(posix.dirname(from.path), specifier) : undefined;
}

/** The package that an import names: `zod/mini` stays apart from `zod`; `undefined` for a file. */
export function packageImported({ specifier }: Import): string | undefined {
  return specifier.startsWith(".") || specifier in CONDITIONS ? undefined : specifier;
}

/** `src/pools/strategies/hash.ts` → `pools`; the empty string for a file of `src` itself. */
export function floorOf(path: string): string {
  const [, floor = "", ...rest] = path.split("/");
  return rest.length > 0 ? floor : "";
}

/** Visits `node` and everything below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Line of a node, counted from 1. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile();
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}
