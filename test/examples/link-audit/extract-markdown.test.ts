import { describe, expect, it } from "vitest";
import { extractMarkdown } from "../../../examples/link-audit/extract-markdown.ts";

/** `href line` of every link. */
function linksOf(markdown: string): string[] {
  return extractMarkdown(markdown).links.map(({ href, line }) => `${href} ${line}`);
}

describe("extractMarkdown", () => {
  it.each([
    ["[a](x.md)", ["x.md 1"]],
    ['[a](<x y.md> "title")', ["x y.md 1"]],
    ["[a](größe%20x.md)", ["größe%20x.md 1"]],
    ["![a](x.png)", ["x.png 1"]],
    ["[![a](x.png)](y.md)", ["y.md 1", "x.png 1"]],
    ["<https://example.org>", ["https://example.org 1"]],
    ["see https://example.org/x.", ["https://example.org/x 1"]],
    ["| a |\n|---|\n| [b](x.md) |", ["x.md 3"]],
    ["> quoted\n> [a](x.md)", ["x.md 2"]],
    ["1. one\n2. two\n   [a](x.md)", ["x.md 3"]],
    ["# [a](x.md)", ["x.md 1"]],
  ])("finds the links of %j", (markdown, links) => {
    expect(linksOf(markdown)).toEqual(links);
  });

  it.each([
    "`[a](x.md)`",
    "```\n[a](x.md)\n```",
    "    [a](x.md)",
    "\\[a](x.md)",
    "README.md and example.org",
    "[a][nowhere]",
  ])("finds no link in %j", (markdown) => {
    expect(linksOf(markdown)).toEqual([]);
  });

  it("names the line where a link begins, past code and HTML that span lines", () => {
    expect(linksOf("first\n`code\nspans` <b\nclass=x> [a](one.md)\n[b\nc](two.md)")).toEqual([
      "one.md 4",
      "two.md 5",
    ]);
  });

  it("gives a reference the line of its use", () => {
    expect(linksOf("x\ny\n[a][r] and [r]\n\n[r]: far.md")).toEqual(["far.md 3", "far.md 3"]);
  });

  it("counts on past front matter, and reads nothing in it", () => {
    expect(linksOf("---\nlink: '[a](no.md)'\n---\n\n[b](yes.md)")).toEqual(["yes.md 5"]);
  });

  it("reads the HTML in it", () => {
    const page = extractMarkdown(
      'text <a name="here"></a>\nand <img src="x.png">\n\n<div id="block">\n\n<a href="y.html">\n</div>',
    );
    expect(page.anchors).toEqual(["here", "block"]);
    expect(page.links).toEqual([
      { href: "x.png", line: 2 },
      { href: "y.html", line: 6 },
    ]);
  });

  it("makes anchors of headings, without their formatting", () => {
    const page = extractMarkdown(
      "# The *big* `code()` [link](x.md) ![image](y.png)\n\nSecond\n------\n\n## Second\n",
    );
    expect(page.anchors).toEqual(["the-big-code-link-", "second", "second-1"]);
  });

  it("reads ten thousand links in one paragraph", () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `[a](${index}.md)`);
    expect(linksOf(lines.join("\n")).at(-1)).toBe("9999.md 10000");
  });
});
