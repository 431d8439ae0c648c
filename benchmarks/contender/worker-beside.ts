/** A thread's module, and what Node needs to load it. */
export interface WorkerModule {
  readonly module: URL;
  readonly execArgv: readonly string[];
}

/** The module of a row's threads: `thread-job.worker.js` beside `thread-job.js`, and so in TypeScript. */
export function workerBeside(url: string): WorkerModule {
  const module = new URL(url.replace(/\.(js|ts)$/, ".worker.$1"));
  if (url.endsWith(".js")) return { module, execArgv: [] };
  // Not measured, but tried as it stands.
  const loader = new URL("../../test/resources/threads/workers/typescript.mjs", import.meta.url);
  return { module, execArgv: ["--conditions=troupe-source", "--import", loader.href] };
}
