import { fromMachine } from "troupe/machines";
import type { Work } from "../../contender/work.ts";
import { turnstile } from "../xstate/turnstile.ts";
import { burst, limitMs, Sender, system } from "./driver.ts";

export async function open(): Promise<Work> {
  const machine = await system.start(fromMachine(turnstile));
  const sender = await system.start(Sender, {
    tell: (place) => machine.send({ type: "turn", place }),
    burst,
  });
  return {
    async run(operations) {
      await sender.call.send(operations, { timeoutMs: limitMs });
      const { context } = await machine.call.snapshot(undefined, { timeoutMs: limitMs });
      machine.send({ type: "reset" });
      return context.count;
    },
  };
}
