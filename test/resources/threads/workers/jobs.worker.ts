/** Does to itself whatever a test asks for. */
import { type MessagePort, parentPort, threadId, workerData } from "node:worker_threads";
import { type JobContext, serve, transfer } from "troupe/resources/threads";

export type Job =
  | { readonly do: "double"; readonly n: number }
  | {
      readonly do:
        | "which"
        | "data"
        | "hang"
        | "never"
        | "exit"
        | "leave"
        | "forget"
        | "devour"
        | "cause"
        | "uncaught"
        | "babble"
        | "function"
        | "hostile";
    }
  | { readonly do: "beat"; readonly beat: Int32Array }
  | { readonly do: "spin" | "listen"; readonly tell: MessagePort }
  | { readonly do: "invert"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly do: "throw"; readonly what: unknown };

serve(async (job: Job, { signal }: JobContext): Promise<unknown> => {
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
    case "spin":
      // Says that it has begun, and never leaves.
      job.tell.postMessage("begun");
      for (;;);
    case "listen":
      // Says that it has begun, and when it is told that nobody wants it.
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          job.tell.postMessage("aborted");
          resolve("too late");
        });
        job.tell.postMessage("begun");
      });
    case "invert": {
      const bytes = job.bytes.map((byte) => 255 - byte);
      return transfer({ bytes, given: job.bytes.byteLength }, [bytes.buffer]);
    }
    case "exit":
      return process.exit(3);
    case "leave":
      return process.exit(0);
    case "forget":
      void Promise.reject(new RangeError("in its last turn"));
      return new Promise(() => undefined);
    case "devour": {
      const held: unknown[] = [];
      for (;;) held.push(new Array(1_000).fill(held.length));
    }
    case "cause":
      throw new RangeError("outer", { cause: new TypeError("inner") });
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
