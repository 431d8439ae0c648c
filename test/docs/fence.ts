/**
 * Finds the `ts` fences of documentation: in Markdown, and in the doc comments of a TypeScript file.
 *
 * A fence opened with three backticks and `ts` runs. One opened with `ts no-run <reason>` does not, and has to say
 * why. Fences in other languages are left alone.
 *
 * @module
 */
import ts from "typescript";

/** One block of code that documentation shows. */
export interface Fence {
  /** The file it stands in, as it was given. */
  readonly file: string;
  /** Line of its first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
  /** Why it does not run; absent when it does. */
  readonly noRun?: string;
}

const OPENING = /^(\s*)```(\S*)[ \t]*(.*?)\s*$/;
const CLOSING = /^\s*```\s*$/;

/**
 * Finds the fences of a file, told by its name to be Markdown or TypeScript.
 *
 * @returns the fences in their order; empty when there are none
 * @throws Error with file and line when a fence is not closed, is written `typescript`, or has options that are
 *   not `no-run <reason>`
 */
export function fencesOf(file: string, text: string): Fence[] {
  return file.endsWith(".md") ? fencesOfLines(file, text.split("\n"), 1) : fencesOfComments(file, text);
}

function fencesOfComments(file: string, text: string): Fence[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const comments = new Map<number, ts.JSDoc>();
  const visit = (node: ts.Node): void => {
    for (const comment of (node as { readonly jsDoc?: readonly ts.JSDoc[] }).jsDoc ?? []) {
      comments.set(comment.pos, comment);
    }
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return [...comments.values()]
    .sort((a, b) => a.pos - b.pos)
    .flatMap((comment) => {
      const lines = text.slice(comment.pos, comment.end).split("\n");
      const firstLine = source.getLineAndCharacterOfPosition(comment.pos).line + 1;
      return fencesOfLines(
        file,
        lines.map((line) => line.replace(/^\s*\* ?/, "")),
        firstLine,
      );
    });
}

function fencesOfLines(file: string, lines: readonly string[], firstLine: number): Fence[] {
  const fences: Fence[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opening = OPENING.exec(lines[at]!);
    if (!opening) continue;
    const [, indent = "", language = "", options = ""] = opening;
    const where = `${file}:${firstLine + at}`;
    const body: string[] = [];
    for (at += 1; at < lines.length && !CLOSING.test(lines[at]!); at += 1) {
      body.push(lines[at]!.startsWith(indent) ? lines[at]!.slice(indent.length) : lines[at]!);
    }
    if (at === lines.length) throw new Error(`${where}: this fence is never closed`);
    if (language === "typescript")
      throw new Error(`${where}: write \`ts\`, fences in \`typescript\` would not run`);
    if (language !== "ts") continue;
    const line = firstLine + at - body.length;
    fences.push({ file, line, code: body.join("\n"), ...optionsOf(options, where) });
  }
  return fences;
}

function optionsOf(options: string, where: string): { readonly noRun?: string } {
  if (options === "") return {};
  const [, reason = ""] = /^no-run\b\s*(.*)$/.exec(options) ?? [];
  if (reason !== "") return { noRun: reason };
  throw new Error(`${where}: after \`ts\` only \`no-run <reason>\` is understood, this says "${options}"`);
}
