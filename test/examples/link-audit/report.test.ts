import { describe, expect, it } from "vitest";
import { printable, type Report, sortBroken, toJson, toText } from "../../../examples/link-audit/report.ts";

const REPORT: Report = {
  input: "docs",
  pages: 1_200,
  links: 2,
  leaving: 1,
  broken: [
    { page: "b.md", line: 1, target: "x", reason: "404 Not Found" },
    { page: "a.md", line: 10, target: "y", reason: "404 Not Found" },
    { page: "a.md", line: 9, target: "#z", reason: "no anchor #z" },
  ],
};

describe("sortBroken", () => {
  it("orders by page, line, target and reason", () => {
    expect(sortBroken(REPORT.broken).map(({ page, line }) => `${page}:${line}`)).toEqual([
      "a.md:9",
      "a.md:10",
      "b.md:1",
    ]);
  });

  it("orders by code unit, whatever the locale", () => {
    const broken = ["ä", "b", "B", "z"].map((page) => ({ page, line: 1, target: "", reason: "" }));
    expect(sortBroken(broken).map(({ page }) => page)).toEqual(["B", "b", "z", "ä"]);
  });
});

describe("toJson", () => {
  it("holds input, pages, links and broken, nothing else", () => {
    expect(JSON.parse(toJson(REPORT))).toEqual({
      input: "docs",
      pages: 1_200,
      links: 2,
      broken: sortBroken(REPORT.broken),
    });
  });

  it("is the same bytes in whatever order links were found", () => {
    expect(toJson({ ...REPORT, broken: REPORT.broken.toReversed() })).toBe(toJson(REPORT));
  });
});

describe("toText", () => {
  it("lists broken links by page and sums up", () => {
    expect(toText(REPORT, false)).toBe(
      [
        "a.md",
        "      9  #z  no anchor #z",
        "     10  y  404 Not Found",
        "",
        "b.md",
        "      1  x  404 Not Found",
        "",
        "docs: 1,200 pages, 2 links (1 leads outside, not checked): 3 broken",
        "",
      ].join("\n"),
    );
  });

  it("is one line when nothing is broken", () => {
    const clean = { ...REPORT, pages: 1, leaving: 0, broken: [] };
    expect(toText(clean, true)).toBe("docs: 1 page, 2 links (0 lead outside, checked too): none broken\n");
  });
});

describe("printable", () => {
  it("shows what would move a cursor or turn the text around", () => {
    expect(printable("a\u001b[2Jb\u202ec 日本")).toBe("a\\u{1b}[2Jb\\u{202e}c 日本");
  });
});
