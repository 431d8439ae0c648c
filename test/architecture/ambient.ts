/**
 * Time, order and chance are handed in: names that would read them from the air.
 *
 * @module
 */
import ts from "typescript";
import { importsOf, lineOf, type Source, walk } from "./source.ts";

/** Globals that are ambient by themselves. */
const GLOBALS = new Set([
  ...["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"],
  "queueMicrotask",
]);

/** Ambient members of globals. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ["now"],
  performance: ["now", "timeOrigin"],
  Math: ["random"],
  crypto: ["randomUUID", "getRandomValues", "randomBytes", "randomInt"],
  process: ["nextTick", "hrtime", "uptime"],
  AbortSignal: ["timeout"],
  Atomics: ["wait", "waitAsync"],
};

/** Node's modules that are nothing but time. */
const MODULES = /^(node:)?(timers(\/promises)?|perf_hooks)$/;

/** Uses of ambient time, order or chance, each with its place. */
export function ambient(file: Source): string[] {
  const found = importsOf(file)
    .filter(({ specifier, typeOnly }) => MODULES.test(specifier) && !typeOnly)
    .map(({ specifier, line }) => `${file.path}:${line}: ${specifier}`);
  walk(file.ast, (node) => {
    const name = ambientName(node);
    if (name !== undefined) found.push(`${file.path}:${lineOf(node)}: ${name}`);
  });
  return found;
}

function ambientName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const [object, member] = [node.expression.text, node.name.text];
    if (object === "globalThis" && GLOBALS.has(member)) return member;
    if (MEMBERS[object]?.includes(member)) return `${object}.${member}`;
  }
  if (ts.isNewExpression(node) && isNamed(node.expression, "Date") && (node.arguments?.length ?? 0) === 0) {
    return "new Date()";
  }
  if (ts.isIdentifier(node) && GLOBALS.has(node.text) && isUse(node)) return node.text;
  return undefined;
}

/** A name that stands for its value: not a member's, not one that is being declared. */
function isUse(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === name;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return !((parent as { readonly name?: ts.Node }).name === name) && !ts.isQualifiedName(parent);
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}
