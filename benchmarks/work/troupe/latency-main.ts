/** `node latency-main.js <milliseconds of each part>` prints what {@link latencyOver} measures, as one line of JSON. */
import { latencyOver } from "./latency.ts";

process.stdout.write(`${JSON.stringify(await latencyOver(Number(process.argv[2]), 1_000_000))}\n`);
process.exit(0);
