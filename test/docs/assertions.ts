/**
 * Turns example code into a program that checks itself.
 *
 * `expression; //=> value` and `const x = expression; //=> value` become assertions, at any depth. The comment may
 * also stand on its own line right below, and its value may go on over further comment lines. Two spaces end the
 * value; what follows them is for the reader.
 *
 * @module
 */
import ts from "typescript";

/** Example code made ready to run. */
export interface Checked {
  /** JavaScript with `import` as `require`, using `expectValue(line, actual, expected)` and `at(line)`. */
  readonly code: string;
  /** What it imports, each name once. */
  readonly imports: readonly string[];
  /** The lines that hold an assertion, counted from 1 in the code that was given. */
  readonly assertions: readonly number[];
}

/**
 * Rewrites the assertions of `code` and strips its types.
 *
 * @param code - TypeScript; `await` is welcome at the top level
 * @throws ExampleError with the line of code that does not parse, or of a `//=>` that belongs to nothing
 */
export function checkedCode(code: string): Checked {
  const source = parse(code);
  const edits: Edit[] = [];
  const claimed: ts.CommentRange[] = [];
  const assertions: number[] = [];

  const visit = (node: ts.Node): void => {
    const shown = ts.isStatement(node) ? shownBy(node) : undefined;
    const arrow = shown && arrowAfter(source, node.end);
    if (shown && arrow) {
      claimed.push(arrow);
      const line = lineOf(source, arrow.pos);
      assertions.push(line);
      edits.push({ at: shown.getStart(source), text: `expectValue(${line}, (` });
      edits.push({ at: shown.end, text: `), (${expectedBy(source, arrow)}))` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);

  for (const match of code.matchAll(/\/\/=>/g)) {
    const known = claimed.some((arrow) => arrow.pos <= match.index && match.index < arrow.end);
    if (!known && !insideLiteral(source, match.index)) {
      throw new ExampleError(lineOf(source, match.index), "this //=> stands behind no expression or `const`");
    }
  }
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) || ts.isFunctionDeclaration(statement)) continue;
    const at = statement.getStart(source);
    edits.push({ at, text: `at(${lineOf(source, at)}); `, first: true });
  }
  return {
    code: transpile(applied(code, edits)),
    imports: importsOf(source),
    assertions: assertions.sort((a, b) => a - b),
  };
}

/** A fault of an example, at a line of its code. */
export class ExampleError extends Error {
  static {
    this.prototype.name = "ExampleError";
  }
  readonly line: number;

  constructor(line: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.line = line;
  }
}

/** The expression whose value a statement shows. */
function shownBy(statement: ts.Statement): ts.Expression | undefined {
  if (ts.isExpressionStatement(statement)) return statement.expression;
  if (!ts.isVariableStatement(statement)) return undefined;
  const [declaration, ...more] = statement.declarationList.declarations;
  return more.length === 0 ? declaration?.initializer : undefined;
}

/** The `//=>` that follows a statement: on its line, or alone on the next. */
function arrowAfter(source: ts.SourceFile, end: number): ts.CommentRange | undefined {
  const isArrow = (comment: ts.CommentRange): boolean => source.text.startsWith("//=>", comment.pos);
  const trailing = ts.getTrailingCommentRanges(source.text, end)?.find(isArrow);
  if (trailing) return trailing;
  const below = ts.getLeadingCommentRanges(source.text, end)?.[0];
  const isNext = below && lineOf(source, below.pos) === lineOf(source, end) + 1;
  return isNext && isArrow(below) ? below : undefined;
}

/** The value after `//=>`: the shortest text up to two spaces, or the end of a line, that is an expression. */
function expectedBy(source: ts.SourceFile, arrow: ts.CommentRange): string {
  const [first = "", ...rest] = source.text.slice(arrow.pos).split("\n");
  const lines = [first.slice("//=>".length)];
  for (const line of rest) {
    if (!/^\s*\/\/(?!=>)/.test(line)) break;
    lines.push(line.trim().slice("//".length));
  }
  for (let count = 1; count <= lines.length; count += 1) {
    const text = lines.slice(0, count).join("\n").trim();
    const found = [...[...text.matchAll(/ {2,}/g)].map(({ index }) => text.slice(0, index)), text].find(
      isExpression,
    );
    if (found !== undefined) return found;
  }
  throw new ExampleError(lineOf(source, arrow.pos), `not a value: ${lines[0]!.trim()}`);
}

function isExpression(text: string): boolean {
  const source = ts.createSourceFile("value.ts", `(${text}\n)`, ts.ScriptTarget.Latest);
  return text !== "" && faultsOf(source).length === 0 && source.statements.length === 1;
}

function insideLiteral(source: ts.SourceFile, position: number): boolean {
  let inside = false;
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(source) || position >= node.end) return;
    inside ||= ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return inside;
}

function importsOf(source: ts.SourceFile): string[] {
  const names = source.statements
    .filter((statement) => ts.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly)
    .map((statement) => ((statement as ts.ImportDeclaration).moduleSpecifier as ts.StringLiteral).text);
  return [...new Set(names)];
}

function parse(code: string): ts.SourceFile {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  const [fault] = faultsOf(source);
  if (!fault) return source;
  throw new ExampleError(
    lineOf(source, fault.start),
    ts.flattenDiagnosticMessageText(fault.messageText, "\n"),
  );
}

function faultsOf(source: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  return (source as unknown as { readonly parseDiagnostics: readonly ts.DiagnosticWithLocation[] })
    .parseDiagnostics;
}

function transpile(code: string): string {
  return ts.transpileModule(code, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      verbatimModuleSyntax: false,
    },
  }).outputText;
}

interface Edit {
  readonly at: number;
  readonly text: string;
  /** Comes before other edits of the same place. */
  readonly first?: boolean;
}

function applied(code: string, edits: readonly Edit[]): string {
  const inOrder = [...edits].sort(
    (a, b) => a.at - b.at || Number(b.first ?? false) - Number(a.first ?? false),
  );
  let done = "";
  let from = 0;
  for (const { at, text } of inOrder) {
    done += code.slice(from, at) + text;
    from = at;
  }
  return done + code.slice(from);
}

function lineOf(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}
