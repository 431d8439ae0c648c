import { percent } from "./flatness.ts";
import type { Lateness } from "./interval.ts";
import type { SoakReport } from "./soak.ts";

/** The table at the end. */
export function tableOf({ phases, interval, flat }: SoakReport): string {
  const lines = [];
  if (phases.length > 0) {
    const head = ["phase", "rounds", "faults", "samples", "heap, MB", "drift", "verdict"];
    const rows = phases.map(({ id, rounds, faults, samples, heapBytes, drift, unflat }) => [
      id,
      String(rounds),
      String(faults),
      String(samples),
      `${megabytes(heapBytes.first)} → ${megabytes(heapBytes.last)}`,
      percent(drift),
      unflat.length === 0 ? "flat" : "NOT FLAT",
    ]);
    lines.push(...aligned([head, ...rows]), "");
  }
  if (interval !== undefined) {
    const head = ["10 ms late by, in ms", "p50", "p99", "at most", "ticks"];
    const loads = ["quiet", "full run queue", "crash loop"] as const;
    const shown = ({ p50, p99, most, ticks }: Lateness) => [
      ...[p50, p99, most].map((figure) => figure.toFixed(1)),
      String(ticks),
    ];
    lines.push(...aligned([head, ...loads.map((load) => [load, ...shown(interval[load])])]));
    if (interval.unjudged !== undefined) lines.push(`not judged: ${interval.unjudged}`);
    lines.push("");
  }
  return [...lines, flat ? "flat" : "NOT FLAT"].join("\n");
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join("  "),
  );
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2);
}
