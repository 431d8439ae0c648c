/**
 * The guard of the hot path: bytes that one operation allocates, measured in a process of its own and compared
 * with those of the baseline. It is not timed, so that a busy machine changes nothing.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

/** Bytes an operation, by the name of the work. */
export type Figures = Readonly<Record<string, number>>;

/** The figures of each major version of Node, and which of its versions they were taken with. */
export type Baseline = Readonly<Record<string, { readonly node: string; readonly bytes: Figures }>>;

/** A change of one source file, for the measured copy alone. */
export interface Plant {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Bytes by which a figure may differ with the very version of Node of the baseline: less than any object has. */
export const TOLERANCE_BYTES = 12;
/** Share by which it may differ with another version of the same major: Node's own promises and timers change too. */
export const TOLERANCE_OF_OTHERS = 0.1;
/** Works with the same tolerance always: how many turns of the event loop they take is another thread's to say. */
const RACING: ReadonlySet<string> = new Set(["job of a thread"]);

export const BASELINE = "test/guard/baseline.json";

const FLAGS = [
  "--expose-gc",
  "--no-opt",
  "--no-maglev",
  "--no-sparkplug",
  "--single-threaded",
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
];

/**
 * Measures this Node.
 *
 * @param works - names; all of them when empty
 */
export async function measure(works: readonly string[] = [], plant?: Plant): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-guard-"));
  try {
    await build({
      entryPoints: { measure: "test/guard/measure.ts", thread: "test/guard/works/thread.ts" },
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      conditions: ["troupe-source", "node"],
      plugins: plant === undefined ? [] : [planting(plant)],
      logLevel: "silent",
    });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...FLAGS, join(folder, "measure.mjs"), ...works],
      {
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: "" },
      },
    );
    if (status !== 0) throw new Error(`the measuring process ended with ${status}:\n${stderr}`);
    return JSON.parse(stdout) as Figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compares figures with those of the baseline.
 *
 * @param node - the version they were taken with
 * @returns a line for each that differs by more than it may; `undefined` when there is no baseline for that major
 */
export function differences(baseline: Baseline, node: string, figures: Figures): string[] | undefined {
  const known = baseline[majorOf(node)];
  if (known === undefined) return undefined;
  const names = new Set([...Object.keys(known.bytes), ...Object.keys(figures)]);
  return [...names].flatMap((name) => {
    const [was, is] = [known.bytes[name], figures[name]];
    if (was === undefined) return [`${name}: ${is} B, and the baseline has no figure`];
    if (is === undefined) return [`${name}: no longer measured; the baseline has ${was} B`];
    const allowed =
      known.node === node && !RACING.has(name)
        ? TOLERANCE_BYTES
        : Math.max(TOLERANCE_BYTES, was * TOLERANCE_OF_OTHERS);
    if (Math.abs(is - was) <= allowed) return [];
    const line = `${name}: ${is} B, ${Math.abs(is - was)} B ${is > was ? "more" : "less"} than the ${was} B of the baseline`;
    return [is > was ? line : `${line}: renew it, so that it stays so`];
  });
}

export function majorOf(node: string): string {
  return node.split(".")[0] as string;
}

export function readBaseline(): Baseline {
  return JSON.parse(readFileSync(BASELINE, "utf8")) as Baseline;
}

function planting({ file, find, replace }: Plant): Plugin {
  return {
    name: "plant",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== resolve(file)) return undefined;
        const text = readFileSync(path, "utf8");
        if (!text.includes(find))
          throw new Error(`${file} has no ${JSON.stringify(find)}: the plant is out of date`);
        return { contents: text.replace(find, () => replace), loader: "ts" };
      });
    },
  };
}
