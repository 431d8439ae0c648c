import { describe, expect, it } from "vitest";
import { fencesOf } from "./fence.ts";

const TICKS = "```";

describe("fencesOf", () => {
  it("finds the ts fences of a page, with the line of their first line", () => {
    const page = ["# Title", `${TICKS}ts`, "1 + 1; //=> 2", TICKS, `${TICKS}sh`, "npm start", TICKS].join(
      "\n",
    );
    expect(fencesOf("page.md", page)).toEqual([{ file: "page.md", line: 3, code: "1 + 1; //=> 2" }]);
  });

  it("takes the indent of a list away", () => {
    const page = [`  ${TICKS}ts`, "  if (a) {", "    b;", "  }", `  ${TICKS}`].join("\n");
    expect(fencesOf("page.md", page)[0]?.code).toBe("if (a) {\n  b;\n}");
  });

  it("finds the fences of doc comments, nested ones and the module's included", () => {
    const source = [
      "/**",
      " * About.",
      ` * ${TICKS}ts`,
      " * one;",
      ` * ${TICKS}`,
      " * @module",
      " */",
      'import "x";',
      "class A {",
      "  /**",
      `   * ${TICKS}ts`,
      "   * two(1,",
      "   *   2);",
      `   * ${TICKS}`,
      "   */",
      "  m() {}",
      "}",
    ].join("\n");
    expect(fencesOf("a.ts", source)).toEqual([
      { file: "a.ts", line: 4, code: "one;" },
      { file: "a.ts", line: 12, code: "two(1,\n  2);" },
    ]);
  });

  it("sees no fence in a string or a plain comment", () => {
    const source = [`const a = "/**${TICKS}ts*/";`, "/*", `${TICKS}ts`, "x", TICKS, "*/"].join("\n");
    expect(fencesOf("a.ts", source)).toEqual([]);
  });

  it("keeps the reason of a fence that does not run", () => {
    const page = [`${TICKS}ts no-run needs a server`, "x", TICKS].join("\n");
    expect(fencesOf("page.md", page)[0]?.noRun).toBe("needs a server");
  });

  it.each([
    {
      fence: [`${TICKS}ts no-run`, "x", TICKS],
      why: "has no reason",
      message: /page\.md:1: .*no-run <reason>/,
    },
    {
      fence: [`${TICKS}ts ignore`, "x", TICKS],
      why: "has an unknown option",
      message: /page\.md:1: .*ignore/,
    },
    {
      fence: [`${TICKS}typescript`, "x", TICKS],
      why: "is written typescript",
      message: /page\.md:1: .*`ts`/,
    },
    { fence: [`${TICKS}ts`, "x"], why: "is not closed", message: /page\.md:1: .*never closed/ },
  ])("refuses a fence that $why", ({ fence, message }) => {
    expect(() => fencesOf("page.md", fence.join("\n"))).toThrow(message);
  });
});
