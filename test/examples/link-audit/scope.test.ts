import { describe, expect, it } from "vitest";
import { aim, requestPathOf, type Scope, showKey } from "../../../examples/link-audit/scope.ts";

const FOLDER: Scope = { kind: "folder", root: "file:///home/me/my%20site/" };
const SITE: Scope = { kind: "site", origin: "https://example.org" };

/** A key of the folder. */
function file(path: string): string {
  return `file:///home/me/my%20site/${path}`;
}

describe("aim", () => {
  it.each([
    ["b.md", file("docs/b.md")],
    ["./b.md?raw=1", file("docs/b.md")],
    ["../b.md", file("b.md")],
    ["/b.md", file("b.md")],
    ["\\b.md", file("b.md")],
    ["a b.md", file("docs/a%20b.md")],
    ["a%20b.md", file("docs/a%20b.md")],
    ["größe.md", file("docs/gr%C3%B6%C3%9Fe.md")],
    ["gr%c3%b6%c3%9fe.md", file("docs/gr%C3%B6%C3%9Fe.md")],
    ["100% sure.md", file("docs/100%25%20sure.md")],
    ["it's+(ok).md", file("docs/it's%2B(ok).md")],
    ["%62.md", file("docs/b.md")],
    ["folder/", file("docs/folder/")],
    ["..", file("")],
  ])("keeps %j inside a folder", (href, key) => {
    expect(aim(FOLDER, href, file("docs/a.md"))).toEqual({ kind: "inside", key, fragment: undefined });
  });

  it.each([
    ["b.md", "https://example.org/docs/b.md"],
    ["b?x=1&y", "https://example.org/docs/b?x=1&y"],
    ["/b?", "https://example.org/b"],
    ["//example.org/b", "https://example.org/b"],
    ["HTTPS://EXAMPLE.org:443/b", "https://example.org/b"],
    ["%7euser/%c3%b6", "https://example.org/docs/~user/%C3%B6"],
  ])("keeps %j inside a site", (href, key) => {
    expect(aim(SITE, href, "https://example.org/docs/a")).toEqual({
      kind: "inside",
      key,
      fragment: undefined,
    });
  });

  it.each([
    [FOLDER, "https://example.org/x?y#z", "https://example.org/x?y"],
    [FOLDER, "//example.org/x", "https://example.org/x"],
    [FOLDER, "../../beside.md", undefined],
    [FOLDER, "../../my%20site2/a.md", undefined],
    [SITE, "http://example.org/", "http://example.org/"],
    [SITE, "https://www.example.org/", "https://www.example.org/"],
  ] as const)("sees that a link leaves %o: %j", (scope, href, url) => {
    const from = scope.kind === "folder" ? file("docs/a.md") : "https://example.org/docs/a";
    expect(aim(scope, href, from)).toEqual({ kind: "outside", url });
  });

  it.each([
    "mailto:a@b.example",
    "TEL:+1",
    " javascript:void(0)",
    "data:text/plain,x",
    "ftp://x/y",
    "file:///etc/passwd",
  ])("leaves %j alone", (href) => {
    expect(aim(FOLDER, href, file("a.md"))).toEqual({ kind: "alone" });
  });

  it.each([
    ["http://[x", "not a valid address"],
    ["a%2Fb.md", "not the name of a file"],
    ["a%00.md", "not the name of a file"],
    [`${"x".repeat(2_000)}.md`, "longer than 2000 characters"],
  ])("refuses an address that cannot be one: %#", (href, reason) => {
    expect(aim(FOLDER, href, file("a.md"))).toEqual({ kind: "invalid", reason });
  });

  it.each([
    ["#part", "part"],
    ["b.md#a%20b", "a b"],
    ["#größe", "größe"],
    ["#", undefined],
    ["#top", undefined],
    ["#part:~:text=words", "part"],
    ["#:~:text=words", undefined],
  ])("reads the fragment of %j", (href, fragment) => {
    expect(aim(FOLDER, href, file("a.md"))).toMatchObject({ kind: "inside", fragment });
  });

  it("resolves against the base of the page, which is itself resolved", () => {
    expect(aim(FOLDER, "x.md", file("docs/a.md"), "/other/")).toMatchObject({ key: file("other/x.md") });
    expect(aim(SITE, "x", "https://example.org/a/b", "../c/")).toMatchObject({
      key: "https://example.org/c/x",
    });
    expect(aim(FOLDER, "x.md", file("a.md"), "https://example.org/")).toMatchObject({ kind: "outside" });
    expect(aim(FOLDER, "x.md", file("a.md"), "http://[")).toMatchObject({ key: file("x.md") });
  });
});

describe("showKey", () => {
  it.each([
    [file("docs/gr%C3%B6%C3%9Fe%20100%25.md"), "docs/größe 100%.md"],
    [file(""), "."],
    ["https://example.org/x", "https://example.org/x"],
  ])("shows %s as %s", (key, shown) => {
    expect(showKey(FOLDER, key)).toBe(shown);
  });
});

describe("requestPathOf", () => {
  it("is what the server of the input knows a key by", () => {
    expect(requestPathOf(FOLDER, file("docs/a%20b.md"))).toBe("/docs/a%20b.md");
    expect(requestPathOf(SITE, "https://example.org/a%20b?c=d")).toBe("/a%20b?c=d");
  });
});
