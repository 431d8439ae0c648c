import { describe, expect, it } from "vitest";
import { decodeLoosely, namesOf, normalizePath } from "../../../examples/link-audit/address.ts";

describe("decodeLoosely", () => {
  it.each([
    ["gr%C3%B6%C3%9Fe", "größe"],
    ["100% sure", "100% sure"],
    ["%zz%2", "%zz%2"],
    ["%ff%41", "%ff%41"],
    ["%41%20%25", "A %"],
  ])("turns %j into %j", (text, decoded) => {
    expect(decodeLoosely(text)).toBe(decoded);
  });
});

describe("namesOf", () => {
  it("decodes each name of a path", () => {
    expect(namesOf("/a%20b//c")).toEqual(["a b", "", "c"]);
  });

  it.each(["/a%2Fb", "/a%00"])("finds no names in %j", (path) => {
    expect(namesOf(path)).toBeUndefined();
  });
});

describe("normalizePath", () => {
  it("writes plainly what needs no escape, and escapes in capitals", () => {
    expect(normalizePath("/%7euser/%41%2f%c3%b6/~")).toBe("/~user/A%2F%C3%B6/~");
  });
});
