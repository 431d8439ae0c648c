import type { GrowthFigures } from "./measure.ts";
import { short, sizeText } from "./report.ts";

const WIDTH = 640;
const HEIGHT = 360;
const EDGE = { left: 64, right: 130, top: 48, bottom: 48 };
const COLOURS = ["#1f6feb", "#8250df", "#bf8700", "#57606a"];

/**
 * Draws one row: sizes to the right, time an operation upwards, both by powers of ten, so that a line that does not
 * climb is an operation that does not mind.
 *
 * @returns the text of an SVG
 */
export function plotOf({ row, contenders }: GrowthFigures): string {
  const lines = Object.entries(contenders);
  const x = scaleOf(row.sizes, EDGE.left, WIDTH - EDGE.right);
  const all = lines.flatMap(([, sizes]) => sizes.map(({ cost }) => cost.median));
  const decades = powersAround(all);
  const y = scaleOf(decades, HEIGHT - EDGE.bottom, EDGE.top);
  const parts = [
    text(EDGE.left, 20, `${row.id}: ns an operation`, "start", 14),
    text(EDGE.left, 36, row.work, "start", 10),
    ...decades.flatMap((ns) => [
      `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(ns)}" y2="${y(ns)}" stroke="#d0d7de"/>`,
      text(EDGE.left - 6, y(ns) + 4, short(ns), "end"),
    ]),
    ...row.sizes.map((size) => text(x(size), HEIGHT - EDGE.bottom + 18, sizeText(size), "middle")),
    text((EDGE.left + WIDTH - EDGE.right) / 2, HEIGHT - 10, row.of, "middle"),
    ...lines.flatMap(([name, sizes], at) => {
      const colour = COLOURS[at % COLOURS.length] ?? "";
      const points = sizes.map(({ size, cost }) => [x(size), y(cost.median)] as const);
      const [endX, endY] = points.at(-1) ?? [0, 0];
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map((point) => point.join(",")).join(" ")}"/>`,
        ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
        text(endX + 8, endY + 4, name, "start", 11, colour),
      ];
    }),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif">`,
    `<title>${row.id}: nanoseconds an operation by ${row.of}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** Places by their logarithm; `from` is the place of the smallest. */
function scaleOf(values: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const part = (value: number): number => (high === low ? 0 : (Math.log10(value) - low) / (high - low));
  return (value) => Math.round((from + part(value) * (to - from)) * 10) / 10;
}

/** The powers of ten from below the smallest to above the largest. */
function powersAround(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));
}

function text(x: number, y: number, content: string, anchor: string, size = 11, fill = "#24292f"): string {
  const safe = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${fill}">${safe}</text>`;
}
