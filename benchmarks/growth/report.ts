import type { Figure } from "../figure.ts";
import type { Machine } from "../machine.ts";
import { align } from "../report.ts";
import type { GrowthFigures, SizeFigures } from "./measure.ts";

/** What `--growth --json` prints: nanoseconds an operation, and how many times the base's that is. */
export interface GrowthReport {
  readonly machine: Machine;
  readonly growth: readonly {
    readonly id: string;
    readonly of: string;
    readonly base: number;
    readonly unit: "ns";
    readonly contenders: Readonly<Record<string, readonly SizeFigures[]>>;
  }[];
}

/** Puts what was measured into the shape for machines. */
export function growthReportOf(machine: Machine, figures: readonly GrowthFigures[]): GrowthReport {
  const growth = figures.map(({ row: { id, of, base }, contenders }) => ({
    id,
    of,
    base,
    unit: "ns" as const,
    contenders,
  }));
  return { machine, growth };
}

/** A table for people, in Markdown: one line for each row, contender and size. */
export function growthTableOf(figures: readonly GrowthFigures[]): string {
  const lines = figures.flatMap(({ row, contenders }) =>
    Object.entries(contenders).flatMap(([name, sizes], who) =>
      sizes.map(({ size, ns, growth }, at) => [
        who === 0 && at === 0 ? `\`${row.id}\`` : "",
        at === 0 ? name : "",
        `${sizeText(size)} ${row.of}`,
        withEnds(ns, (value) => `${short(value)} ns`),
        size === row.base ? "1" : withEnds(growth, (value) => value.toFixed(2)),
      ]),
    ),
  );
  return align([
    ["row", "who", "with", "an operation: median (min–max)", "times the base (min–max)"],
    ...lines,
  ]);
}

/** `1000` → `10³`, `150000` → `150,000`. */
export function sizeText(size: number): string {
  const power = Math.round(Math.log10(size));
  if (10 ** power !== size) return size.toLocaleString("en");
  return `10${[...String(power)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;
}

/** Three digits that mean something. */
export function short(ns: number): string {
  return ns >= 100 ? Math.round(ns).toLocaleString("en") : ns.toPrecision(3);
}

function withEnds({ median, min, max }: Figure, text: (value: number) => string): string {
  return `${text(median)} (${text(min)}–${text(max)})`;
}
