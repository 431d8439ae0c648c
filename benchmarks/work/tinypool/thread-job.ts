import Tinypool from "tinypool";
import { increments, threads } from "../../contender/increments.ts";
import type { Work } from "../../contender/work.ts";
import { workerBeside } from "../../contender/worker-beside.ts";

export async function open(): Promise<Work> {
  const worker = workerBeside(import.meta.url);
  const pool = new Tinypool({
    filename: worker.module.href,
    execArgv: [...worker.execArgv],
    minThreads: threads,
    maxThreads: threads,
    // Taken at its best: several jobs on their way to each thread.
    concurrentTasksPerWorker: 8,
  });
  return { run: (operations) => increments(operations, (n) => pool.run(n)) };
}
