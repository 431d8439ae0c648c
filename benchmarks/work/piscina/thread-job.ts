import { Piscina } from "piscina";
import { increments, threads } from "../../contender/increments.ts";
import type { Work } from "../../contender/work.ts";
import { workerBeside } from "../../contender/worker-beside.ts";

export async function open(): Promise<Work> {
  const worker = workerBeside(import.meta.url);
  const pool = new Piscina({
    filename: worker.module.href,
    execArgv: [...worker.execArgv],
    minThreads: threads,
    maxThreads: threads,
    // Taken at its best: several jobs on their way to each thread, and no look at the clock for a histogram.
    concurrentTasksPerWorker: 8,
    recordTiming: false,
  });
  return { run: (operations) => increments(operations, (n) => pool.run(n)) };
}
