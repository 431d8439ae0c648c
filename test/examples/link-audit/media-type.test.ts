import { describe, expect, it } from "vitest";
import { charsetOf, formatOf, isPageFile, typeOfFile } from "../../../examples/link-audit/media-type.ts";

describe("typeOfFile", () => {
  it.each([
    ["a.HTML", "text/html; charset=utf-8"],
    ["b.md", "text/markdown; charset=utf-8"],
    ["archive.tar.gz", "application/octet-stream"],
    ["Makefile", "application/octet-stream"],
  ])("serves %s as %s", (name, type) => {
    expect(typeOfFile(name)).toBe(type);
  });
});

describe("isPageFile", () => {
  it.each([
    ["a.htm", true],
    ["a.xhtml", true],
    ["a.markdown", true],
    ["a.mdx", false],
    ["md", false],
    ["a.png", false],
  ])("of %s is %s", (name, is) => {
    expect(isPageFile(name)).toBe(is);
  });
});

describe("formatOf", () => {
  it.each([
    ["text/html", "/", "html"],
    ["Application/XHTML+xml; q=1", "/", "html"],
    ["text/x-markdown", "/", "markdown"],
    ["text/plain; charset=utf-8", "/README.md", "markdown"],
    ["", "/README.md", "markdown"],
    ["application/octet-stream", "/a.MARKDOWN", "markdown"],
    ["text/plain", "/robots.txt", undefined],
    ["image/png", "/README.md", undefined],
    ["", "/", undefined],
  ])("of %j at %j is %j", (type, path, format) => {
    expect(formatOf(type, path)).toBe(format);
  });
});

describe("charsetOf", () => {
  it.each([
    ["text/html", "utf-8"],
    ["text/html; charset=ISO-8859-1", "ISO-8859-1"],
    ['text/html;x=y; Charset = "koi8-r"', "koi8-r"],
  ])("of %j is %j", (type, charset) => {
    expect(charsetOf(type)).toBe(charset);
  });
});
