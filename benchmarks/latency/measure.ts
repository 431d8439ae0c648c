import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { BenchFault } from "../contender/work.ts";
import { nodeFlags } from "../node-contender.ts";
import type { LatencyFigures } from "../work/troupe/latency.ts";

/**
 * Measures latency in a process of its own, which loads nothing else.
 *
 * @param compiled - the folder that `compileContenders` answered
 * @param partMs - how long each part is meant to last
 * @throws BenchFault when a call is missing
 */
export async function measureLatency(compiled: string, partMs: number): Promise<LatencyFigures> {
  const program = join(compiled, "work", "troupe", "latency-main.js");
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...nodeFlags, program, String(partMs)]);
    return JSON.parse(stdout) as LatencyFigures;
  } catch (error) {
    throw new BenchFault(`latency: ${String((error as { readonly stderr?: string }).stderr ?? error)}`);
  }
}
