import { weigh } from "../../contender/weigh.ts";
import type { Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export function open(): Work {
  return {
    run: (operations) =>
      weigh(operations, {
        start: (index) => system.start(Counter, index),
        // Its count is what it was started with: asked after the weighing, since an answer leaves a mailbox behind.
        isAlive: async (pid) => (await pid.call.take()) >= 0,
        stop: (pid) => pid.stop(),
      }),
  };
}
