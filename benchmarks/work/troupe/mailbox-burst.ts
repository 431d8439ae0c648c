import type { Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { limitMs, system } from "./driver.ts";

export async function open(size: number): Promise<Work> {
  const counter = await system.start(Counter, 0);
  return {
    async run(operations) {
      let handled = 0;
      for (let sent = 0; sent < operations; sent += size) {
        for (let place = 0; place < size; place += 1) counter.send(place);
        handled += await counter.call.take(undefined, { timeoutMs: limitMs });
      }
      return handled;
    },
  };
}
