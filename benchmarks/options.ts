import { parseArgs } from "node:util";
import { rows } from "./rows.ts";

/** What the command line asks for. */
export interface BenchOptions {
  readonly json: boolean;
  /** Row ids, in the table's order. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** How long one round is meant to last, in milliseconds. */
  readonly roundMs: number;
}

/** A command line that cannot be followed; its message is all that is printed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = "npm run bench [-- --json] [-- --only id,id] [-- --rounds N] [-- --round-ms N]";

/**
 * Reads the command line.
 *
 * @throws UsageError naming every fault at once
 */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, faults } = read(args);
  const only = (values.only ?? "").split(",").filter((id) => id !== "");
  const unknown = only.filter((id) => !rows.some((row) => row.id === id));
  if (unknown.length > 0) {
    faults.push(`no row ${unknown.join(", ")}; there are ${rows.map((row) => row.id).join(", ")}`);
  }
  const rounds = positive("--rounds", values.rounds ?? "5", faults);
  const roundMs = positive("--round-ms", values["round-ms"] ?? "500", faults);
  if (faults.length > 0) throw new UsageError(`${faults.join("\n")}\n${usage}`);
  const ids = rows.map((row) => row.id).filter((id) => only.length === 0 || only.includes(id));
  return { json: values.json ?? false, only: ids, rounds, roundMs };
}

function read(args: readonly string[]) {
  const options = {
    json: { type: "boolean" },
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
