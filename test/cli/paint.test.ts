import { describe, expect, it } from "vitest";
import { paintTree, showsColour } from "../../src/cli/paint.ts";

describe("showsColour", () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { TERM: "xterm" }, true],
    [{ isTTY: true }, { TERM: "dumb" }, false],
    [{ isTTY: true }, { NO_COLOR: "1" }, false],
    [{ isTTY: true }, { NO_COLOR: "" }, true],
    [{}, {}, false],
    [{}, { FORCE_COLOR: "1" }, true],
    [{}, { FORCE_COLOR: "" }, true],
    [{ isTTY: true }, { FORCE_COLOR: "0" }, false],
    [{}, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  ])("on %j with %j is %s", (canvas, env, shows) => {
    expect(showsColour(canvas, env)).toBe(shows);
  });
});

describe("paintTree", () => {
  const tree = [
    "shop",
    "└── app (pid 1)",
    "    ├── left: till (pid 2) · 3 queued · left in names",
    "    ├── right: restarting",
    "    └── guests · dynamic · its children come while it runs",
  ].join("\n");

  it("changes nothing but colour", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is made of them
    expect(paintTree(tree).replaceAll(/\x1b\[\d+m/g, "")).toBe(tree);
  });

  it("lets stand out who it is, and what does not simply run", () => {
    const [title, , left, right] = paintTree(tree).split("\n");
    expect(title).toBe("\x1b[1mshop\x1b[0m");
    expect(left).toContain("\x1b[36mleft: till\x1b[0m\x1b[2m (pid 2)\x1b[0m");
    expect(left).toContain("\x1b[33m3 queued\x1b[0m");
    expect(left).toContain("\x1b[2mleft in names\x1b[0m");
    expect(right).toContain("\x1b[36mright\x1b[0m\x1b[33m: restarting\x1b[0m");
  });
});
