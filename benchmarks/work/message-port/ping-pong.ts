import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Work } from "../../contender/work.ts";

/** Two ports of one channel in one thread: each ball is cloned, and comes round with the event loop. */
export function open(): Work {
  const { port1, port2 } = new MessageChannel();
  let seen = 0;
  let over: () => void = () => undefined;
  const answering = (port: MessagePort) => (left: number) => {
    seen += 1;
    if (left > 1) port.postMessage(left - 1);
    else over();
  };
  port1.on("message", answering(port1)).unref();
  port2.on("message", answering(port2)).unref();
  return {
    async run(operations) {
      seen = 0;
      const done = new Promise<void>((resolve) => {
        over = resolve;
      });
      port1.postMessage(operations);
      await done;
      return seen;
    },
  };
}
