import { parseArgs } from "node:util";
import type { Extent } from "./phase.ts";

/** What the command line asks for. */
export interface SoakOptions {
  readonly json: boolean;
  /** Ids of phases, in the table's order. */
  readonly only: readonly string[];
  readonly seed: number;
  /** How long all phases go on together, or each of them in cycles. */
  readonly extent: Extent;
}

/** A command line that cannot be followed; its message is all that is printed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const usage = "npm run soak [-- --minutes N | --cycles N] [-- --seed N] [-- --only id,id] [-- --json]";

/**
 * Reads the command line.
 *
 * @param ids - the phases there are
 * @throws UsageError naming every fault at once
 */
export function readOptions(args: readonly string[], ids: readonly string[]): SoakOptions {
  const faults: string[] = [];
  const given = read(args, faults);
  const only = (given.get("only") ?? "").split(",").filter((id) => id !== "");
  const unknown = only.filter((id) => !ids.includes(id));
  if (unknown.length > 0) faults.push(`no phase ${unknown.join(", ")}; there are ${ids.join(", ")}`);
  const [minutes, cycles, seed] = [given.get("minutes"), given.get("cycles"), given.get("seed") ?? "1"];
  if (minutes !== undefined && !(Number(minutes) > 0 && Number.isFinite(Number(minutes))))
    faults.push(`--minutes takes a number above 0, not "${minutes}"`);
  if (cycles !== undefined && !/^[1-9]\d*$/.test(cycles))
    faults.push(`--cycles takes a whole number above 0, not "${cycles}"`);
  if (minutes !== undefined && cycles !== undefined) faults.push("--minutes or --cycles, not both");
  if (!/^\d+$/.test(seed)) faults.push(`--seed takes a whole number, not "${seed}"`);
  if (faults.length > 0) throw new UsageError(`${faults.join("\n")}\n${usage}`);
  return {
    json: given.has("json"),
    only: ids.filter((id) => only.length === 0 || only.includes(id)),
    seed: Number(seed),
    extent: cycles === undefined ? { ms: Number(minutes ?? "5") * 60_000 } : { cycles: Number(cycles) },
  };
}

const OPTIONS = {
  json: { type: "boolean" },
  only: { type: "string" },
  seed: { type: "string" },
  minutes: { type: "string" },
  cycles: { type: "string" },
} as const;

/** The values by option; what is not an option, and an option without its value, is a fault. */
function read(args: readonly string[], faults: string[]): Map<string, string> {
  const given = new Map<string, string>();
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") faults.push(`"${token.value}" is no option`);
    if (token.kind !== "option") continue;
    const known = OPTIONS[token.name as keyof typeof OPTIONS];
    if (known === undefined) faults.push(`there is no ${token.rawName}`);
    else if (known.type === "boolean" && token.value !== undefined)
      faults.push(`${token.rawName} takes no value`);
    else if (known.type === "string" && token.value === undefined)
      faults.push(`${token.rawName} needs a value`);
    else given.set(token.name, token.value ?? "");
  }
  return given;
}
