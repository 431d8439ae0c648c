import { supervisor } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { alive, specs } from "./children.ts";
import { limitMs, system } from "./driver.ts";

export function open(size: number): Work {
  const children = specs(size);
  const others = alive.count;
  return {
    async run(operations) {
      let started = 0;
      while (started < operations) {
        const tree = await system.start(supervisor({ strategy: "oneForOne", children }));
        started += alive.count - others;
        await tree.stop({ timeoutMs: limitMs });
      }
      expectSame("left running", alive.count, others);
      return started;
    },
  };
}
