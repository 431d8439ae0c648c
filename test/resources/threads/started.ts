import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { System } from "../../../src/actors/definition.ts";
import { createSystem } from "../../../src/actors/system.ts";
import type { Pid } from "../../../src/core/pid.ts";
import { defineThread } from "../../../src/resources/threads/thread.ts";
import type { ThreadOptions } from "../../../src/resources/threads/thread-options.ts";
import type { Job } from "./workers/jobs.worker.ts";

export const Jobs = defineThread<Job, unknown>({ name: "jobs" });

/** Lets a worker's module be TypeScript that imports the package by its own name. */
export const TYPESCRIPT = {
  execArgv: [
    "--conditions=troupe-source",
    "--import",
    new URL("./workers/typescript.mjs", import.meta.url).href,
  ],
};

/** The URL of a worker's module. */
export function moduleOf(name: "jobs" | "broken" | "silent"): URL {
  return new URL(`./workers/${name}.worker.ts`, import.meta.url);
}

/** A system that is gone when the test is over. */
export function freshSystem(): System {
  const system = createSystem({ messages: "frozen", logger: false });
  onTestFinished(() => system.stop());
  return system;
}

/** A thread that serves {@link Job}s, for one test. */
export async function startJobs(options: Partial<ThreadOptions> = {}): Promise<Pid<typeof Jobs>> {
  return freshSystem().start(Jobs, { module: moduleOf("jobs"), ...TYPESCRIPT, ...options });
}

/** One thread for all tests of a file that leave it as they find it: a worker takes a second to start. */
export function sharedJobs(): () => Pid<typeof Jobs> {
  const system = createSystem({ messages: "frozen", logger: false });
  let thread: Pid<typeof Jobs> | undefined;
  beforeAll(async () => {
    thread = await system.start(Jobs, {
      module: moduleOf("jobs"),
      ...TYPESCRIPT,
      workerData: { list: [1, 2] },
    });
  });
  afterAll(() => system.stop());
  return () => {
    if (thread === undefined) throw new Error("not before the first test");
    return thread;
  };
}
