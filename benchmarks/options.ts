import { parseArgs } from "node:util";
import { growthRows } from "./growth/rows.ts";
import { rows } from "./rows.ts";

/** What the command line asks for. */
export interface BenchOptions {
  readonly json: boolean;
  /** Growth rows instead of the others: each with ever more of something there. */
  readonly growth: boolean;
  /** Draws each growth row into a file. */
  readonly plot: boolean;
  /** The latency of a call under load instead of the rows. */
  readonly latency: boolean;
  /** The table of strategies instead of the rows. */
  readonly routing: boolean;
  /** Other Nodes to measure on besides this one: paths of programs, or `newest`. */
  readonly nodes: readonly string[];
  /** Row ids, in the table's order. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** How long one round, or one part of the latency run, is meant to last, in milliseconds. */
  readonly roundMs: number;
}

/** A command line that cannot be followed; its message is all that is printed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage =
  "npm run bench [-- --growth [--plot]] [-- --json] [-- --only id,id] [-- --rounds N] [-- --round-ms N] [-- --node PATH|newest], or npm run bench -- --latency [--round-ms N] [--json], or npm run bench -- --routing";

/**
 * Reads the command line.
 *
 * @throws UsageError naming every fault at once
 */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, faults } = read(args);
  const only = (values.only ?? "").split(",").filter((id) => id !== "");
  const { growth = false, plot = false, latency = false, routing = false } = values;
  const all = (growth ? growthRows : rows).map(({ id }) => id);
  const unknown = only.filter((id) => !all.includes(id));
  if (unknown.length > 0) faults.push(`no row ${unknown.join(", ")}; there are ${all.join(", ")}`);
  if ([growth, latency, routing].filter(Boolean).length > 1)
    faults.push("--growth, --latency and --routing are runs of their own: say one of them");
  if (plot && !growth) faults.push("--plot draws growth rows: say --growth too");
  const nodes = values.node ?? [];
  if (nodes.length > 0 && (growth || latency || routing))
    faults.push("--node is for rows, not for --growth, --latency or --routing");
  const rounds = positive("--rounds", values.rounds ?? "5", faults);
  const roundMs = positive(
    "--round-ms",
    values["round-ms"] ?? String(defaultRoundMs(growth, latency)),
    faults,
  );
  if (faults.length > 0) throw new UsageError(`${faults.join("\n")}\n${usage}`);
  const ids = all.filter((id) => only.length === 0 || only.includes(id));
  return { json: values.json ?? false, growth, plot, latency, routing, nodes, only: ids, rounds, roundMs };
}

/** Growth rows are many, each in several sizes; a tail of latencies needs many calls. */
function defaultRoundMs(growth: boolean, latency: boolean): number {
  if (latency) return 5_000;
  return growth ? 250 : 500;
}

function read(args: readonly string[]) {
  const options = {
    json: { type: "boolean" },
    growth: { type: "boolean" },
    plot: { type: "boolean" },
    latency: { type: "boolean" },
    routing: { type: "boolean" },
    node: { type: "string", multiple: true },
    only: { type: "string" },
    rounds: { type: "string" },
    "round-ms": { type: "string" },
  } as const;
  try {
    return { values: parseArgs({ args: [...args], options, strict: true }).values, faults: [] as string[] };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usage}`);
  }
}

function positive(option: string, text: string, faults: string[]): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  faults.push(`${option} takes a whole number above 0, not "${text}"`);
  return 0;
}
