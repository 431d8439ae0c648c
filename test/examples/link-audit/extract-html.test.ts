import { describe, expect, it } from "vitest";
import { extractHtml, extractHtmlFragment } from "../../../examples/link-audit/extract-html.ts";

/** `href line` of every link. */
function linksOf(html: string): string[] {
  return extractHtml(html).links.map(({ href, line }) => `${href} ${line}`);
}

describe("extractHtml", () => {
  it.each([
    ["<a href='x y.html'>", "x y.html"],
    ["<area href=x>", "x"],
    ["<img src=x>", "x"],
    ["<link rel=stylesheet href=x>", "x"],
    ["<script src=x></script>", "x"],
    ["<iframe src=x></iframe>", "x"],
    ["<object data=x></object>", "x"],
    ["<audio src=x></audio>", "x"],
    ["<svg><a xlink:href=x></a></svg>", "x"],
    ["<noscript><img src=x></noscript>", "x"],
    ["<template><a href=x></a></template>", "x"],
    ["<meta http-equiv=Refresh content=\"3; URL='x'\">", "x"],
    ["<a href='a&amp;b'>", "a&b"],
    ["<a href='  x\n'>", "x"],
    ["<a href>", ""],
  ])("finds the link of %s", (html, href) => {
    expect(linksOf(html)).toEqual([`${href} 1`]);
  });

  it.each([
    ["<link rel='preconnect' href=//x>"],
    ["<img src=''>"],
    ["<a name=x>"],
    ["<!-- <a href=x> -->"],
    ["<meta content='0; url=x'>"],
  ])("finds no link in %s", (html) => {
    expect(linksOf(html)).toEqual([]);
  });

  it("finds both addresses of a video, and all of a set of images", () => {
    expect(
      linksOf('<video src=v poster=p></video><img src=i srcset="a.png 1x, b,c.png 2.5x,d.png">'),
    ).toEqual(["v", "p", "i", "a.png", "b,c.png", "d.png"].map((href) => `${href} 1`));
  });

  it("counts lines to the attribute, not to its element", () => {
    expect(linksOf("<p>\n<a\n  class=x\n  href=here>\n")).toEqual(["here 4"]);
  });

  it("collects ids of all elements and names of anchors, each once, in order", () => {
    const html = "<h1 id=one></h1><a name=two></a><a name=one></a><input name=three><p id=größe>";
    expect(extractHtml(html).anchors).toEqual(["one", "two", "größe"]);
  });

  it("takes the first base", () => {
    expect(extractHtml("<base target=_top><base href=/a/><base href=/b/>").base).toBe("/a/");
  });

  it("reads broken HTML as browsers do", () => {
    expect(linksOf("<table><a href=1><tr><td><a href=2</td>\n<a href=3>")).toEqual(["1 1", "2</td 1", "3 2"]);
  });

  it("is not brought down by a page that nests without end", () => {
    expect(linksOf(`${"<div>".repeat(50_000)}<a href=deep>`)).toEqual(["deep 1"]);
  });
});

describe("extractHtmlFragment", () => {
  it("reads a piece that starts anywhere, a table's cell included", () => {
    expect(extractHtmlFragment("<td id=cell><a href=x></td>")).toEqual({
      base: undefined,
      links: [{ href: "x", line: 1 }],
      anchors: ["cell"],
    });
  });
});
