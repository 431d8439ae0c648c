import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { currentOtpMap } from "../../scripts/api-report.ts";
import { followedIn, otpMap } from "../../scripts/otp-map.ts";

describe("docs/otp-map.md", () => {
  it("is what `npm run otp-map` writes", () => {
    expect(readFileSync("docs/otp-map.md", "utf8")).toBe(currentOtpMap());
  });
});

describe("followedIn", () => {
  it("finds functions, members and constants, each once", () => {
    const text = [
      "/** A. @follows Elixir `A.f/1`; there it is slow */",
      "export function f() {}",
      "/** B. */",
      "export interface B {",
      "  /**",
      "   * Looks.",
      "   *",
      "   * @follows Elixir `B.look/2`; there a dead pid",
      "   *   may linger; here not",
      "   */",
      "  look(key: string): void;",
      "}",
      "/**",
      " * C.",
      " * @follows Erlang `c` (slow; old)",
      " */",
      "export const c = (): void => {};",
    ].join("\n");
    expect(followedIn("src/a.ts", text)).toEqual([
      { name: "f", file: "src/a.ts", source: "Elixir `A.f/1`", difference: "there it is slow" },
      {
        name: "B.look",
        file: "src/a.ts",
        source: "Elixir `B.look/2`",
        difference: "there a dead pid may linger; here not",
      },
      { name: "c", file: "src/a.ts", source: "Erlang `c` (slow; old)", difference: "" },
    ]);
  });
});

describe("otpMap", () => {
  it("sorts by source, escapes bars and ends with what cannot hold", () => {
    const page = otpMap(
      [
        { name: "b", file: "src/b.ts", source: "B", difference: "a | b" },
        { name: "a", file: "src/a.ts", source: "A", difference: "" },
      ],
      [{ source: "C", why: "no" }],
    );
    expect(page).toContain("| A | [`a`](../src/a.ts) |  |\n| B | [`b`](../src/b.ts) | a \\| b |\n");
    expect(page).toMatch(/## What cannot hold[\s\S]*\| C \| no \|\n$/);
  });
});
