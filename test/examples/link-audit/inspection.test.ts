import { describe, expect, it } from "vitest";
import { isWorthAHead, readAnswer, toPage } from "../../../examples/link-audit/inspection.ts";
import type { Scope } from "../../../examples/link-audit/scope.ts";

const FOLDER: Scope = { kind: "folder", root: "file:///site/" };
const SITE: Scope = { kind: "site", origin: "https://example.org" };
const BODY = new Uint8Array([65]);

function answer(status: number, headers: Readonly<Record<string, string>> = {}) {
  return { status, headers, body: BODY };
}

describe("isWorthAHead", () => {
  it.each([
    ["/film.mp4?x=1", true],
    ["/docs/archive.tar.gz", true],
    ["/index.html", false],
    ["/README.md#top", false],
    ["/page.php?file=x.zip", false],
    ["/docs/", false],
    ["/v1.2/intro", false],
  ])("of %s is %s", (path, is) => {
    expect(isWorthAHead(path)).toBe(is);
  });
});

describe("readAnswer", () => {
  it("hands a page on to be read", () => {
    const html = answer(200, { "content-type": "text/html; charset=koi8-r" });
    expect(readAnswer(FOLDER, "file:///site/a", "/a", html)).toEqual({
      kind: "unread",
      job: { format: "html", body: BODY, charset: "koi8-r" },
    });
  });

  it.each([
    [answer(200, { "content-type": "image/png" }), { kind: "file" }],
    [answer(204), { kind: "file" }],
    [answer(404), { kind: "failed", reason: "404 Not Found" }],
    [answer(304), { kind: "failed", reason: "304 Not Modified" }],
    [answer(301, { location: "/b%20c.html" }), { kind: "redirect", to: "file:///site/b%20c.html" }],
    [answer(301, { location: "https://example.org/" }), { kind: "redirect", to: undefined }],
    [
      answer(301, { location: "http://[" }),
      { kind: "failed", reason: "redirect to what is not a valid address" },
    ],
  ])("reads %o", (given, finding) => {
    expect(readAnswer(FOLDER, "file:///site/a", "/a", given)).toMatchObject(finding);
  });

  it("resolves a location against the address that was asked for, with its fragment", () => {
    const moved = answer(302, { location: "../b?c#d" });
    expect(readAnswer(SITE, "https://example.org/x/y/z", "/x/y/z", moved)).toEqual({
      kind: "redirect",
      to: "https://example.org/x/b?c",
      fragment: "d",
    });
  });
});

describe("toPage", () => {
  const extraction = {
    base: undefined,
    links: [
      { href: "b.md#c", line: 1 },
      { href: "mailto:a@b.example", line: 2 },
      { href: "https://example.org/x#y", line: 3 },
      { href: "http://[", line: 4 },
      { href: "../beside.md", line: 5 },
    ],
    anchors: ["top"],
  };

  it("aims links inside, counts those that leave, and leaves the rest alone", () => {
    expect(toPage(FOLDER, "file:///site/a.md", extraction, false)).toEqual({
      kind: "page",
      anchors: ["top"],
      links: [
        {
          line: 1,
          href: "b.md#c",
          target: "file:///site/b.md",
          fragment: "c",
          fault: undefined,
          leaves: false,
        },
        {
          line: 3,
          href: "https://example.org/x#y",
          target: undefined,
          fragment: undefined,
          fault: undefined,
          leaves: true,
        },
        {
          line: 4,
          href: "http://[",
          target: undefined,
          fragment: undefined,
          fault: "not a valid address",
          leaves: false,
        },
        {
          line: 5,
          href: "../beside.md",
          target: undefined,
          fragment: undefined,
          fault: undefined,
          leaves: true,
        },
      ],
    });
  });

  it("gives links that leave a target when they are to be checked", () => {
    const page = toPage(FOLDER, "file:///site/a.md", extraction, true);
    expect(page.kind === "page" && page.links.map(({ target }) => target)).toEqual([
      "file:///site/b.md",
      "https://example.org/x",
      undefined,
      undefined,
    ]);
  });
});
