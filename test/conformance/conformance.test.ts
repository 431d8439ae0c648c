import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Line } from "./family.ts";
import { families, playLine } from "./play.ts";

const SCENARIOS = join(import.meta.dirname, "scenarios");

function linesOf(file: string): readonly Line[] {
  const text = readFileSync(join(SCENARIOS, file), "utf8").trimEnd();
  return text.split("\n").map((line) => JSON.parse(line) as Line);
}

function titleOf({ id, rows = [], title = "", note = title }: Line): string {
  return [...(rows as readonly string[]), id, note].join(" ").trimEnd();
}

describe.each(readdirSync(SCENARIOS))("%s", (file) => {
  it.each(linesOf(file).map((line) => [titleOf(line), line] as const))(
    "%s does what OTP did",
    async (_, line) => {
      const verdict = await playLine(line);
      if (verdict.kind === "mismatched") expect(verdict.differences).toEqual([]);
      expect(verdict.kind).toMatch(/^matched/);
    },
  );
});

describe("playLine", () => {
  const [line] = linesOf("processes.jsonl") as [Line];

  it("finds what was recorded otherwise", async () => {
    const trace = line.trace as { readonly alive: readonly string[] };
    const verdict = await playLine({ ...line, trace: { ...trace, alive: ["somebody else"] } });
    expect(verdict).toMatchObject({
      kind: "mismatched",
      differences: [{ at: ["alive", 0] }, { at: ["alive", 1] }],
    });
  });

  it("says so when no family fits the line's shape", async () => {
    expect(await playLine({ id: "x-1", scenario: {} })).toEqual({
      kind: "notPlayed",
      family: "unknown",
      why: ["no interpreter"],
    });
  });
});

describe("families", () => {
  it("name a section of the semantics with each rule", () => {
    const semantics = readFileSync(join(SCENARIOS, "../../../docs/semantics.md"), "utf8");
    for (const { promise } of families.flatMap((family) => family.rules)) {
      expect(semantics).toContain(`\n## ${promise}\n`);
    }
  });
});
