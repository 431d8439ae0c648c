import { createRegistry, type Pid, supervisor } from "troupe";
import type { Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export async function open(): Promise<Work> {
  const names = createRegistry(system, { keys: "unique" });
  const hits = names.via(Counter, "hits");
  const limit = { maxRestarts: 1_000_000_000, periodMs: 1 };
  const children = [names, Counter.child(0, { name: hits })];
  await system.start(supervisor({ strategy: "oneForOne", ...limit, children }));
  return {
    async run(operations) {
      let restarted = 0;
      let last = hits.whereis();
      for (let killed = 0; killed < operations; killed += 1) {
        const down = (last as Pid).down();
        (last as Pid).exit("kill");
        await down;
        const next = hits.whereis();
        if (next !== undefined && next !== last) restarted += 1;
        last = next;
      }
      return restarted;
    },
  };
}
