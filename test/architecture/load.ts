/**
 * What a module may do while it loads: nothing that costs time, or that keeps what bundles from leaving it out.
 *
 * @module
 */
import ts from "typescript";
import { fileImported, importsOf, lineOf, packageImported, type Source } from "./source.ts";

/** Schemas that are made outside every function: at the start of any program, used or not. */
export function schemasMadeOnLoad(file: Source): string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isCallExpression(node) && /^z\./.test(node.expression.getText()))
      found.push(`${file.path}:${lineOf(node)}: a schema is made while the module loads; use onFirstUse`);
    else ts.forEachChild(node, look);
  };
  look(file.ast);
  return found;
}

/** What a program gets that imports an entry. */
export interface Reach {
  /** Paths of files of `src`, the entry first. */
  readonly files: readonly string[];
  /** As they are imported: `zod/mini`. */
  readonly packages: readonly string[];
}

/** Follows the imports that are left when types are stripped. */
export function reachOf(entry: string, sources: readonly Source[]): Reach {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const path of files) {
    const file = byPath.get(path);
    if (file === undefined) throw new Error(`${path} is imported and not there`);
    for (const imported of importsOf(file).filter(({ typeOnly }) => !typeOnly)) {
      const to = fileImported(file, imported);
      if (to === undefined) packages.add(packageImported(imported)!);
      else files.add(to);
    }
  }
  return { files: [...files], packages: [...packages].sort() };
}
