import type { Figure } from "../figure.ts";
import type { Machine } from "../machine.ts";
import { align } from "../report.ts";
import type { GrowthFigures, SizeFigures } from "./measure.ts";
import type { GrowthRow, Stated } from "./rows.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** What `--growth --json` prints: the cost of an operation, how many times the base's that is, and what to think of it. */
export interface GrowthReport {
  readonly machine: Machine;
  readonly growth: readonly {
    readonly id: string;
    readonly of: string;
    readonly base: number;
    readonly unit: "ns" | "bytes";
    readonly stated: Stated;
    readonly contenders: Readonly<Record<string, readonly SizeFigures[]>>;
    readonly verdict: Verdict;
  }[];
}

/** Puts what was measured into the shape for machines. */
export function growthReportOf(machine: Machine, figures: readonly GrowthFigures[]): GrowthReport {
  const growth = figures.map((figure): GrowthReport["growth"][number] => {
    const { id, of, base, unit = "ns", stated } = figure.row;
    return { id, of, base, unit, stated, contenders: figure.contenders, verdict: verdictIn(figure) };
  });
  return { machine, growth };
}

/** A table for people, in Markdown: one line for each row, contender and size. */
export function growthTableOf(figures: readonly GrowthFigures[]): string {
  const lines = figures.flatMap(({ row, contenders }) =>
    Object.entries(contenders).flatMap(([name, sizes], who) =>
      sizes.map(({ size, cost, growth }, at) => [
        who === 0 && at === 0 ? `\`${row.id}\`` : "",
        at === 0 ? name : "",
        `${sizeText(size)} ${row.of}`,
        withEnds(cost, (value) => `${short(value)} ${unitOf(row)}`),
        size === row.base ? "1" : withEnds(growth, (value) => value.toFixed(2)),
      ]),
    ),
  );
  return align([
    ["row", "who", "with", "an operation: median (min–max)", "times the base (min–max)"],
    ...lines,
  ]);
}

/** One line for each row: is its curve what its operation is said to cost? */
export function verdictTableOf(figures: readonly GrowthFigures[]): string {
  const lines = figures.map((figure) => {
    const { row, contenders } = figure;
    const { perDecade, besidePerDecade, beyond, isWorse } = verdictIn(figure);
    const [, beside = ""] = Object.keys(contenders);
    return [
      `\`${row.id}\``,
      row.stated,
      perDecade.toFixed(2),
      beside === "" ? "" : `${beside}: ${besidePerDecade.toFixed(2)}`,
      beyond.toFixed(2),
      isWorse ? "worse" : "as stated",
    ];
  });
  return align([["row", "stated", "times a decade", "memory's", "beyond both", ""], ...lines]);
}

function verdictIn({ row, contenders }: GrowthFigures): Verdict {
  const [ours = [], beside] = Object.values(contenders);
  return verdictOf(row, ours, beside);
}

/** What a cost is in, for people. */
export function unitOf({ unit }: Pick<GrowthRow, "unit">): "ns" | "B" {
  return unit === "bytes" ? "B" : "ns";
}

/** `1000` → `10³`, `150000` → `150,000`. */
export function sizeText(size: number): string {
  const power = Math.round(Math.log10(size));
  if (10 ** power !== size) return size.toLocaleString("en");
  return `10${[...String(power)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;
}

/** Three digits that mean something. */
export function short(cost: number): string {
  return cost >= 100 ? Math.round(cost).toLocaleString("en") : cost.toPrecision(3);
}

function withEnds({ median, min, max }: Figure, text: (value: number) => string): string {
  return `${text(median)} (${text(min)}–${text(max)})`;
}
