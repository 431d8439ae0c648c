/**
 * State belongs to a system: what a module may keep for itself is constant.
 *
 * @module
 */
import ts from "typescript";
import { lineOf, type Source, walk } from "./source.ts";

const READONLY_TYPE = /^(readonly\b|Readonly|ReadonlyMap\b|ReadonlySet\b|ReadonlyArray\b)/;
const CONSTANT_CLASSES = new Set(["TextEncoder", "TextDecoder", "RegExp", "Error"]);

/** Variables and static fields of a module that could change while the program runs. */
export function mutableState(file: Source): string[] {
  const found: string[] = [];
  const add = (node: ts.Node, what: string): void => {
    found.push(`${file.path}:${lineOf(node)}: ${what}`);
  };
  for (const statement of file.ast.statements) {
    if (!ts.isVariableStatement(statement) || isAmbient(statement)) continue;
    const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
    for (const { name, type, initializer } of statement.declarationList.declarations) {
      if (!isConst) add(name, `${name.getText()} can be assigned`);
      else if (isMutable(initializer, type))
        add(name, `${name.getText()} can be changed; freeze it, or declare it constant`);
    }
  }
  walk(file.ast, (node) => {
    if (!ts.isPropertyDeclaration(node) || !has(node, ts.SyntaxKind.StaticKeyword)) return;
    if (!has(node, ts.SyntaxKind.ReadonlyKeyword)) add(node, `static ${node.name.getText()} can be assigned`);
    else if (isMutable(node.initializer, node.type))
      add(node, `static ${node.name.getText()} can be changed; freeze it, or declare it constant`);
  });
  return found;
}

/** A literal or a new object that nothing declares constant. */
function isMutable(value: ts.Expression | undefined, type: ts.TypeNode | undefined): boolean {
  if (!value || (type && READONLY_TYPE.test(type.getText()))) return false;
  if (ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) {
    const constant = value.type.getText() === "const" || READONLY_TYPE.test(value.type.getText());
    return !constant && isMutable(value.expression, undefined);
  }
  if (ts.isParenthesizedExpression(value)) return isMutable(value.expression, type);
  if (ts.isNewExpression(value)) return !CONSTANT_CLASSES.has(value.expression.getText());
  return ts.isArrayLiteralExpression(value) || ts.isObjectLiteralExpression(value);
}

function isAmbient(statement: ts.VariableStatement): boolean {
  return has(statement, ts.SyntaxKind.DeclareKeyword);
}

function has(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}
