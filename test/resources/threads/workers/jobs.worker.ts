/** Does to itself whatever a test asks for. */
import { parentPort, threadId, workerData } from "node:worker_threads";
import { serve } from "troupe/resources/threads";

export type Job =
  | { readonly do: "double"; readonly n: number }
  | {
      readonly do:
        | "which"
        | "data"
        | "hang"
        | "never"
        | "exit"
        | "uncaught"
        | "babble"
        | "function"
        | "hostile";
    }
  | { readonly do: "beat"; readonly beat: Int32Array }
  | { readonly do: "throw"; readonly what: unknown };

serve(async (job: Job): Promise<unknown> => {
  switch (job.do) {
    case "double":
      return job.n * 2;
    case "which":
      return threadId;
    case "data":
      return workerData;
    case "beat":
      // Answers, and then never leaves its turn again.
      setImmediate(() => {
        for (;;) Atomics.add(job.beat, 0, 1);
      });
      return "begins";
    case "hang":
      for (;;);
    case "never":
      return new Promise(() => undefined);
    case "exit":
      return process.exit(3);
    case "uncaught":
      process.nextTick(() => {
        throw new RangeError("outside of the handler");
      });
      return new Promise(() => undefined);
    case "babble":
      for (const noise of [undefined, 7, "text", null, [], { id: 1 }, { "troupe.thread": "done", id: -1 }]) {
        parentPort?.postMessage(noise);
      }
      return "heard";
    case "function":
      return () => undefined;
    case "hostile":
      throw Object.assign(new Error("hostile"), {
        message: { toString: 7 },
        name: 7,
        stack: () => undefined,
      });
    case "throw":
      throw job.what === "error" ? Object.assign(new TypeError("bad job"), { code: "E_JOB" }) : job.what;
  }
});
