import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sampleOf } from "../depth.ts";
import type { Line } from "./family.ts";
import { families, playLine } from "./play.ts";
import { linesOf } from "./recorded.ts";

const SCENARIOS = join(import.meta.dirname, "scenarios");

function linesIn(file: string): readonly Line[] {
  return linesOf(join(SCENARIOS, file)) ?? [];
}

/** Those that were picked by hand, to show something. */
function isNamed({ rows, note, title }: Line): boolean {
  return [rows, note, title].some((said) => said !== undefined);
}

function titleOf({ id, rows = [], title = "", note = title }: Line): string {
  return [...(rows as readonly string[]), id, note].join(" ").trimEnd();
}

describe.each(readdirSync(SCENARIOS))("%s", (file) => {
  const lines = linesIn(file);
  const rest = sampleOf(lines.filter((line) => !isNamed(line)));

  it.each(lines.filter(isNamed).map((line) => [titleOf(line), line] as const))(
    "%s does what OTP did",
    async (_, line) => {
      const verdict = await playLine(line);
      if (verdict.kind === "mismatched") expect(verdict.differences).toEqual([]);
      expect(verdict.kind).toMatch(/^matched/);
    },
  );

  it.runIf(rest.length > 0)(
    `${rest.length} random scenarios do what OTP did`,
    { timeout: 60_000 },
    async () => {
      const others: unknown[] = [];
      for (const line of rest) {
        const verdict = await playLine(line);
        if (!verdict.kind.startsWith("matched")) others.push([line.id, verdict]);
      }
      expect(others).toEqual([]);
    },
  );
});

describe("playLine", () => {
  const [line] = linesIn("processes.jsonl.gz") as [Line];

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
