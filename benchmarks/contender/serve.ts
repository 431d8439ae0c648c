/**
 * A contender's own process: `node serve.js <file> [<size>]` opens the work that the file exports, then does one round
 * for each line on standard input (the number of operations) and answers it with one line of JSON.
 */
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { OpenWork, Outcome } from "./work.ts";

const [file = "", size] = process.argv.slice(2);
const { open } = (await import(pathToFileURL(file).href)) as { readonly open: OpenWork };
const work = await open(Number(size));
process.stdout.write("ready\n");

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await round(Number(line)))}\n`);
}
process.exit(0);

async function round(operations: number): Promise<object> {
  try {
    const begun = process.hrtime.bigint();
    const outcome = await work.run(operations);
    const elapsedNs = Number(process.hrtime.bigint() - begun);
    const answer = await answerOf(outcome, elapsedNs);
    await work.settle?.();
    return answer;
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

async function answerOf(outcome: Outcome, elapsedNs: number): Promise<object> {
  if (typeof outcome === "function") return { counted: await outcome(), elapsedNs };
  return typeof outcome === "number" ? { counted: outcome, elapsedNs } : outcome;
}
