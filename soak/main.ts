/**
 * `npm run soak`: load with faults on the real runtime, phase after phase; heap, timers, handles and what a system
 * keeps are looked at at rest, again and again, and once more when the system has stopped. Exit code 1 when
 * something is not flat, 2 for a command line that cannot be followed.
 */
import { readOptions, UsageError } from "./options.ts";
import { tableOf } from "./report.ts";
import { INTERVAL, soak } from "./soak.ts";
import { WORKLOADS } from "./workloads.ts";

try {
  const options = readOptions(process.argv.slice(2), [...WORKLOADS.map(({ id }) => id), INTERVAL]);
  const report = await soak(WORKLOADS, options, (line) => process.stderr.write(`${line}\n`));
  console.log(options.json ? JSON.stringify(report, undefined, 2) : `\n${tableOf(report)}`);
  process.exitCode = report.flat ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
