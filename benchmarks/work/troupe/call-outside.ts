import type { Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export async function open(): Promise<Work> {
  const counter = await system.start(Counter, 0);
  return {
    async run(operations) {
      for (let i = 0; i < operations; i += 1) await counter.call.add(1);
      return counter.call.take();
    },
  };
}
