/**
 * Links and anchors of a Markdown page, as GitHub shows it: headings are anchors, HTML is read as HTML, code is
 * left alone.
 *
 * @module
 */

import MarkdownIt from "markdown-it";
import { extractHtmlFragment } from "./extract-html.ts";
import type { Extraction, FoundLink } from "./extraction.ts";
import { createSlugger } from "./slug.ts";

type Parser = InstanceType<typeof MarkdownIt>;
type Token = ReturnType<Parser["parse"]>[number];

/** Reads a whole page. */
export function extractMarkdown(markdown: string): Extraction {
  const links: FoundLink[] = [];
  const anchors = new Set<string>();
  const slug = createSlugger();
  let line = 1;
  let heading = false;

  const readHtml = (html: string, firstLine: number): void => {
    const { links: found, anchors: names } = extractHtmlFragment(html);
    for (const link of found) links.push({ href: link.href, line: firstLine + link.line - 1 });
    for (const name of names) anchors.add(name);
  };

  const { reader, startOf } = createReader();
  for (const token of reader.parse(withoutFrontMatter(markdown), {})) {
    if (token.map) line = token.map[0] + 1;
    if (token.type === "html_block") readHtml(token.content, line);
    if (token.type === "inline") {
      const children = token.children ?? [];
      if (heading) anchors.add(slug(textOf(children)));
      const breaksBefore = createBreakCounter(token.content);
      for (const child of children) {
        const href = child.attrGet(child.type === "image" ? "src" : "href");
        const at = line + breaksBefore(startOf(child));
        if (href !== null) links.push({ href: String(href), line: at });
        if (child.type === "html_inline") readHtml(child.content, at);
      }
    }
    heading = token.type === "heading_open";
  }
  return { base: undefined, links, anchors: [...anchors] };
}

interface Reader {
  readonly reader: Parser;
  /** Where an inline token begins in the text of its block. */
  readonly startOf: (token: Token) => number;
}

/** A reader that keeps addresses as they are written, and notes where each inline token begins. */
function createReader(): Reader {
  const starts = new WeakMap<Token, number>();
  const reader = new MarkdownIt({ html: true, linkify: true });
  // Only whole addresses become links by themselves: `README.md` would be a host in Moldova.
  reader.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  reader.normalizeLink = (href) => href;
  reader.validateLink = () => true;
  const Inline = reader.inline.State;
  reader.inline.State = class extends Inline {
    override push(...args: Parameters<InstanceType<typeof Inline>["push"]>): Token {
      const token = super.push(...args);
      starts.set(token, this.pos);
      return token;
    }
  };
  return { reader, startOf: (token) => starts.get(token) ?? 0 };
}

/** Counts the line breaks before an offset; offsets mostly grow, so it goes on from the last one. */
function createBreakCounter(text: string): (offset: number) => number {
  let next = text.indexOf("\n");
  let count = 0;
  let last = 0;
  return (offset) => {
    if (offset < last) {
      next = text.indexOf("\n");
      count = 0;
    }
    last = offset;
    while (next !== -1 && next < offset) {
      count += 1;
      next = text.indexOf("\n", next + 1);
    }
    return count;
  };
}

function textOf(children: readonly Token[]): string {
  return children
    .map((child) => {
      if (child.type === "text" || child.type === "code_inline") return child.content;
      return child.type === "softbreak" || child.type === "hardbreak" ? " " : "";
    })
    .join("");
}

/** Blanks the settings some tools keep at the top between two lines of `---`, so that lines still count right. */
function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^---\r?\n[\s\S]*?\r?\n---[ \t]*(?=\r?\n|$)/, (block) =>
    block.replace(/[^\n]/g, ""),
  );
}
