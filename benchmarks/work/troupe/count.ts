import type { Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { burst, limitMs, Sender, system } from "./driver.ts";

export async function open(): Promise<Work> {
  const counter = await system.start(Counter, 0);
  const sender = await system.start(Sender, { tell: (place) => counter.send(place), burst });
  return {
    async run(operations) {
      await sender.call.send(operations, { timeoutMs: limitMs });
      return counter.call.take(undefined, { timeoutMs: limitMs });
    },
  };
}
