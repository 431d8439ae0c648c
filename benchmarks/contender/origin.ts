import { fork } from "node:child_process";
import { once } from "node:events";
import { expectSame, type Outcome } from "./work.ts";

/** What every origin answers to everything. */
export const ORIGIN_SAYS = "hello world";

/** How many requests are on their way at once, and over how many connections where one carries one at a time. */
export const requestsAtOnce = 32;
export const connectionsAtMost = 8;

/** An origin in a process of its own. */
export interface Origin {
  readonly url: string;
  /** How many requests it has answered since this was last asked. */
  takeServed(): Promise<number>;
}

export async function startOrigin(protocol: "http1" | "http2"): Promise<Origin> {
  // Compiled for the bench, as it stands in the tests.
  const isSource = import.meta.url.endsWith(".ts");
  const program = new URL(`./origin-server.${isSource ? "ts" : "js"}`, import.meta.url);
  const child = fork(program, [protocol], { execArgv: isSource ? ["--import", "tsx"] : [] });
  const [port] = (await once(child, "message")) as [number];
  // It ends with who has started it, and keeps nobody up.
  child.unref();
  child.channel?.unref();
  return {
    url: `http://127.0.0.1:${port}`,
    async takeServed() {
      child.channel?.ref();
      child.send("count");
      const [served] = (await once(child, "message")) as [number];
      child.channel?.unref();
      return served;
    },
  };
}

/** Has so many requests made, 32 at once, and reads each answer; what the origin has served is the count. */
export async function requestAll(
  operations: number,
  origin: Origin,
  request: () => Promise<string>,
): Promise<Outcome> {
  let left = operations;
  const ask = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      expectSame("answer", await request(), ORIGIN_SAYS);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, ask));
  return () => origin.takeServed();
}
