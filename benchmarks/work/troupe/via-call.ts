import { createRegistry } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { Caller, limitMs, system } from "./driver.ts";

export async function open(): Promise<Work> {
  const names = createRegistry(system, { keys: "unique" });
  expectSame("registered", names.register("hits", await system.start(Counter, 0)).ok, true);
  const hits = names.via(Counter, "hits");
  const caller = await system.start(Caller, () => hits.call.add(1));
  return {
    async run(operations) {
      await caller.call.repeat(operations, { timeoutMs: limitMs });
      return hits.call.take();
    },
  };
}
