/**
 * The comparison with Elixir and Erlang, gathered from the `@follows` lines of doc comments.
 *
 * @module
 */
import ts from "typescript";

/** One `@follows` line. */
export interface Followed {
  /** What is documented: `Registry.lookup`, `recordRestart`. */
  readonly name: string;
  readonly file: string;
  /** What it follows: the text up to the first semicolon outside parentheses. */
  readonly source: string;
  /** What is different here; empty when nothing is. */
  readonly difference: string;
}

/** Something of OTP that has no counterpart, and why. */
export interface Impossible {
  readonly source: string;
  readonly why: string;
}

/** Gathers the `@follows` lines of one file, in their order. */
export function followedIn(file: string, text: string): Followed[] {
  const ast = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Followed[] = [];
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) {
      // a tag is inherited by the parts of a declaration; it counts where its comment stands
      if (tag.tagName.text !== "follows" || tag.parent.parent !== node) continue;
      const line = (ts.getTextOfJSDocComment(tag.comment) ?? "").replaceAll(/\s+/g, " ").trim();
      const [, source = line, difference = ""] = /^((?:[^;(]|\([^)]*\))*); (.*)$/.exec(line) ?? [];
      found.push({ name: nameOf(node), file, source, difference });
    }
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return found;
}

/** Writes the page: what follows what, then what cannot. */
export function otpMap(followed: readonly Followed[], impossible: readonly Impossible[]): string {
  const order = new Intl.Collator("en");
  const rows = [...followed]
    .sort((a, b) => order.compare(a.source, b.source) || order.compare(a.name, b.name))
    .map(({ name, file, source, difference }) => row(source, `[\`${name}\`](../${file})`, difference));
  return [
    "# Troupe beside Elixir and Erlang",
    "",
    "<!-- Written by `npm run otp-map` from the `@follows` lines in src and from otp-map.rows.json. -->",
    "",
    "What each part of Troupe follows, and where it differs. The last table names what cannot hold here.",
    "",
    "| Elixir or Erlang | Troupe | Difference |",
    "| --- | --- | --- |",
    ...rows,
    "",
    "## What cannot hold",
    "",
    "| Elixir or Erlang | Why not here |",
    "| --- | --- |",
    ...impossible.map(({ source, why }) => row(source, why)),
    "",
  ].join("\n");
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The name of a declaration, with the names around it. */
function nameOf(node: ts.Node): string {
  const names: string[] = [];
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (ts.isVariableStatement(at)) names.unshift(at.declarationList.declarations[0]?.name.getText() ?? "");
    else if ("name" in at && at.name !== undefined) names.unshift((at.name as ts.Node).getText());
  }
  return names.join(".") || "module";
}
