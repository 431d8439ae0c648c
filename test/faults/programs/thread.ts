/** Runs `worker.ts` in a thread; prints what its end is to the thread that started it. */
import { Worker } from "node:worker_threads";

const program = JSON.stringify(new URL("./worker.ts", import.meta.url).href);
const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${program}); });`;
const worker = new Worker(code, { eval: true });
worker.on("error", (error) => process.stdout.write(`error: ${error.message}\n`));
worker.on("exit", (exitCode) => process.stdout.write(`exit: ${exitCode}\n`));
