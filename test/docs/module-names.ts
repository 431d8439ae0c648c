/**
 * The names of a module, read from its text.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";

/** What a file exports, types included; `export *` is followed. */
export function exportedNames(file: string): string[] {
  const { statements } = parse(file, readFileSync(file, "utf8"));
  const names = statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause) return namesIn(statement.exportClause);
      const from = (statement.moduleSpecifier as ts.StringLiteral).text;
      return exportedNames(posix.join(posix.dirname(file), from));
    }
    const isExported =
      ts.canHaveModifiers(statement) &&
      statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return isExported ? declaredBy(statement) : [];
  });
  return [...new Set(names)]; // an overloaded function is declared more than once
}

/** What `code` declares or imports at its top level. */
export function declaredNames(code: string): string[] {
  return parse("code.ts", code).statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement)) return declaredBy(statement);
    const { name, namedBindings } = statement.importClause ?? {};
    return [...(name ? [name.text] : []), ...(namedBindings ? namesIn(namedBindings) : [])];
  });
}

function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name));
  }
  const { name } = statement as { readonly name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

function boundBy(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundBy(element.name) : []));
}

function namesIn(bindings: ts.NamedExportBindings | ts.NamedImportBindings): string[] {
  if (ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings)) return [bindings.name.text];
  return bindings.elements.map(({ name }) => name.text);
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}
