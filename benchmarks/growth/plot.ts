import type { GrowthFigures, SizeFigures } from "./measure.ts";
import { short, sizeText, unitOf } from "./report.ts";
import type { GrowthRow } from "./rows.ts";
import { statedGrowth } from "./verdict.ts";

const WIDTH = 720;
const HEIGHT = 400;
const EDGE = { left: 76, right: 130, top: 56, bottom: 52 };
const RIGHT = WIDTH - EDGE.right;
const BOTTOM = HEIGHT - EDGE.bottom;
/** On white, also in a dark page: the background is drawn. */
const COLOURS = ["#0969da", "#9a6700", "#8250df", "#57606a"];
const INK = "#24292f";
const GREY = "#6e7781";
/** Between the names of two lines that end close to each other. */
const NAME_HEIGHT = 14;

/**
 * Draws one row: sizes to the right, what an operation costs upwards, both by powers of ten, so that a line that does
 * not climb is an operation that does not mind. Around each line the best and the worst round; dashed, where ours
 * would go from its base if it cost exactly what is stated.
 *
 * @returns the text of an SVG
 */
export function plotOf({ row, contenders }: GrowthFigures): string {
  const lines = Object.entries(contenders);
  const stated = statedCurve(row, lines[0]?.[1] ?? []);
  const x = scaleOf(row.sizes, EDGE.left, RIGHT);
  const decades = powersAround([
    ...lines.flatMap(([, sizes]) => sizes.flatMap(({ cost }) => [cost.min, cost.max])),
    ...stated.map(([, cost]) => cost),
  ]);
  const y = scaleOf(decades, BOTTOM, EDGE.top);
  const unit = unitOf(row);
  const path = (points: readonly (readonly [number, number])[]): string =>
    points.map(([size, cost]) => `${x(size)},${y(cost)}`).join(" ");
  const names = [
    ...lines.map(([name, sizes], at) => ({
      name,
      colour: colourOf(at),
      y: y(sizes.at(-1)?.cost.median ?? 1),
    })),
    { name: `stated ${row.stated}`, colour: GREY, y: y(stated.at(-1)?.[1] ?? 1) },
  ];
  const parts = [
    text(EDGE.left, 22, row.id, { size: 15 }),
    text(EDGE.left, 40, row.work, { size: 10, fill: GREY }),
    ...decades.flatMap((cost) => [
      rule(EDGE.left, y(cost), RIGHT, y(cost)),
      text(EDGE.left - 8, y(cost) + 4, axisText(cost, unit), { anchor: "end" }),
    ]),
    ...row.sizes.flatMap((size) => [
      rule(x(size), EDGE.top, x(size), BOTTOM),
      text(x(size), BOTTOM + 18, sizeText(size), { anchor: "middle" }),
    ]),
    text((EDGE.left + RIGHT) / 2, HEIGHT - 12, row.of, { anchor: "middle" }),
    `<polyline fill="none" stroke="${GREY}" stroke-dasharray="4 4" points="${path(stated)}"/>`,
    ...lines.flatMap(([, sizes], at) => [
      `<polygon fill="${colourOf(at)}" fill-opacity="0.15" points="${path([
        ...sizes.map(({ size, cost }) => [size, cost.max] as const),
        ...sizes.map(({ size, cost }) => [size, cost.min] as const).reverse(),
      ])}"/>`,
      `<polyline fill="none" stroke="${colourOf(at)}" stroke-width="2" points="${path(
        sizes.map(({ size, cost }) => [size, cost.median] as const),
      )}"/>`,
      ...sizes.map(
        ({ size, cost }) => `<circle cx="${x(size)}" cy="${y(cost.median)}" r="3" fill="${colourOf(at)}"/>`,
      ),
    ]),
    ...apart(names).map((one) => text(RIGHT + 8, one.y + 4, one.name, { fill: one.colour })),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif">`,
    `<title>${row.id}: ${unit === "ns" ? "time" : "bytes"} an operation by ${row.of}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function statedCurve(row: GrowthRow, ours: readonly SizeFigures[]): (readonly [number, number])[] {
  const base = ours.find(({ size }) => size === row.base)?.cost.median ?? 1;
  return row.sizes
    .filter((size) => size >= row.base)
    .map((size) => [size, base * statedGrowth(row.stated, row.base, size)] as const);
}

function colourOf(at: number): string {
  return COLOURS[at % COLOURS.length] ?? INK;
}

/** Names in the order of their lines, none over another. */
function apart<N extends { readonly y: number }>(names: readonly N[]): N[] {
  const sorted = [...names].sort((one, other) => other.y - one.y);
  let free = Number.POSITIVE_INFINITY;
  return sorted.map((name) => {
    const place = Math.min(name.y, free);
    free = place - NAME_HEIGHT;
    return { ...name, y: place };
  });
}

/** `100` ns → `100 ns`, `1e6` ns → `1 ms`; bytes as they are. */
function axisText(cost: number, unit: "ns" | "B"): string {
  if (unit === "B") return `${short(cost)} B`;
  const steps = ["ns", "µs", "ms", "s"];
  const step = Math.max(0, Math.min(steps.length - 1, Math.floor(Math.log10(cost) / 3 + 1e-9)));
  return `${Number((cost / 1_000 ** step).toPrecision(3))} ${steps[step]}`;
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

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#eaeef2"/>`;
}

function text(
  x: number,
  y: number,
  content: string,
  { anchor = "start", size = 11, fill = INK }: { anchor?: string; size?: number; fill?: string } = {},
): string {
  const safe = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${fill}">${safe}</text>`;
}
