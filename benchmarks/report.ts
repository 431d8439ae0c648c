import type { Figure } from "./figure.ts";
import type { Machine } from "./machine.ts";
import type { RowFigures, Side } from "./measure.ts";

/** A peer that sat a row out, and why. */
export interface Skipped {
  readonly row: string;
  readonly peer: string;
  readonly reason: string;
}

/** One side of a row, for machines. */
export interface SideReport {
  readonly troupe: Figure;
  readonly peers: Readonly<Record<string, Figure>>;
  /** Without those of a figure of 0. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** What `--json` prints. A ratio above 1 means that we are ahead, whatever the unit. */
export interface Report {
  readonly machine: Machine;
  readonly rows: readonly (SideReport & {
    readonly id: string;
    readonly unit: string;
    /** The same on other Nodes and with the other fault mode; peers of a Node run on that Node. */
    readonly variants: Readonly<Record<string, SideReport>>;
  })[];
  readonly skipped: readonly Skipped[];
}

/** Puts what was measured into the shape for machines. */
export function reportOf(
  machine: Machine,
  figures: readonly RowFigures[],
  skipped: readonly Skipped[],
): Report {
  const rows = figures.map(({ row, variants, ...usual }) => ({
    id: row.id,
    unit: row.unit,
    ...sideOf(usual),
    variants: Object.fromEntries(Object.entries(variants).map(([name, side]) => [name, sideOf(side)])),
  }));
  return { machine, rows, skipped };
}

function sideOf({ troupe, peers }: Side): SideReport {
  const each = Object.entries(peers);
  const ratios = each.filter(([, { ratio }]) => Number.isFinite(ratio.max));
  return {
    troupe,
    peers: Object.fromEntries(each.map(([name, { figure }]) => [name, figure])),
    ratios: Object.fromEntries(ratios.map(([name, { ratio }]) => [name, ratio.median])),
  };
}

/** A table for people, in Markdown: one line for each row and peer, and the same for each variant of a row. */
export function tableOf(figures: readonly RowFigures[]): string {
  const lines = figures.flatMap(({ row, variants, ...usual }) => [
    ...linesOf(row.id, row.unit, usual),
    ...Object.entries(variants).flatMap(([name, side]) => linesOf(`${row.id}, ${name}`, row.unit, side)),
  ]);
  return align([["row", "troupe", "peer", "the peer's", "ratio"], ...lines]);
}

function linesOf(title: string, unit: string, { troupe, peers }: Side): string[][] {
  const each = Object.entries(peers);
  const ours = [title, withEnds(troupe, unit)];
  if (each.length === 0) return [[...ours, "", "", ""]];
  return each.map(([name, { figure, ratio }], index) => [
    ...(index === 0 ? ours : ["", ""]),
    name,
    withEnds(figure, unit),
    ratioText(ratio),
  ]);
}

/** The machine in one line, under the table. */
export function machineLine(machine: Machine): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const { cpu, cores, memoryGb, os, node, flags, rounds, roundMs } = machine;
  return (
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${os}; Node ${node} ${flags.node.join(" ")}; BEAM ${flags.otp}; ` +
    `${rounds} rounds of about ${roundMs} ms; ${versions.join(", ")}`
  );
}

/** Beside a figure of 0 there is no ratio. */
function ratioText({ median, min, max }: Figure): string {
  return Number.isFinite(max) ? `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})` : "";
}

function withEnds({ median, min, max }: Figure, unit: string): string {
  return `${short(median, unit)} (${short(min, unit)}–${short(max, unit)})`;
}

function short(value: number, unit: string): string {
  if (unit === "bytes") return `${Math.round(value)} B`;
  if (unit === "ms") return `${value.toFixed(1)} ms`;
  if (unit === "stale reads") return String(value);
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M/s`;
  return `${(value / 1e3).toPrecision(3)} k/s`;
}

/** Cells in columns of one width, in Markdown; the first line is the head. */
export function align(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...rest] = table;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rest.map(line)].join("\n");
}
