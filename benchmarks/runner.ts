import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { BenchFault } from "./contender/work.ts";

/** A contender that is open for one row and waits for its rounds. */
export interface Runner {
  /** Does a round of so many operations and answers its figure: operations a second, bytes an operation, or the work's own. */
  round(operations: number): Promise<number>;
  close(): Promise<void>;
}

/** The program of a contender: a process that speaks the lines of `serve.ts`. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A round that takes this long has lost something that it waits for. */
const ROUND_LIMIT_MS = 120_000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Starts a contender's process and waits until its work is open.
 *
 * @param label - who does what, for messages: `call of nact`
 * @throws BenchFault from `round` when an operation is missing, the work reports a fault, the process ends or hangs
 */
export async function openRunner(label: string, program: Program): Promise<Runner> {
  const { NODE_OPTIONS: _, ...inherited } = process.env; // flags of ours are not the contender's
  const env = { ...inherited, ...program.env };
  const child = spawn(program.command, program.args, { stdio: ["pipe", "pipe", "pipe"], env });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const nextLine = linesOf(label, child);
  const first = await nextLine();
  if (first !== "ready") throw new BenchFault(`${label}: ${first}`);
  return {
    async round(operations) {
      child.stdin.write(`${operations}\n`);
      return readRound(label, operations, await nextLine());
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * Turns the line of a finished round into its figure.
 *
 * @throws BenchFault when the work reported a fault, or when what arrived is not what was asked for
 */
export function readRound(label: string, operations: number, line: string): number {
  const answer = JSON.parse(line) as Partial<Record<"counted" | "elapsedNs" | "bytes" | "figure", number>> & {
    fault?: string;
  };
  if (answer.fault !== undefined) throw new BenchFault(`${label}: ${answer.fault}`);
  if (answer.counted !== operations) {
    throw new BenchFault(`${label}: ${operations} operations were asked for, ${answer.counted} arrived`);
  }
  if (answer.figure !== undefined && answer.figure >= 0) return answer.figure;
  const value =
    answer.bytes === undefined ? operations / ((answer.elapsedNs ?? 0) / 1e9) : answer.bytes / operations;
  if (!Number.isFinite(value) || value <= 0) throw new BenchFault(`${label}: no measure in ${line}`);
  return value;
}

/** Answers the process's lines one by one; a process that ends or hangs instead is a fault with its last words. */
function linesOf(label: string, child: Child): () => Promise<string> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let lastWords = "";
  child.stderr.on("data", (chunk) => {
    lastWords = `${lastWords}${chunk}`.slice(-2_000);
  });
  child.stdin.on("error", () => {}); // a process that has ended is told by its missing line
  child.on("error", (error) => {
    lastWords = error.message;
  });
  return async () => {
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, ROUND_LIMIT_MS);
    const line = await lines.next().finally(() => clearTimeout(limit));
    if (!line.done) return line.value;
    const how = late ? `gave no answer within ${ROUND_LIMIT_MS} ms` : "ended before its answer";
    throw new BenchFault(`${label}: ${how}\n${lastWords}`);
  };
}
