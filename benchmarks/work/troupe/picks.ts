import type { Member, Strategy } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";

type Loaded = { -readonly [K in keyof Member]: Member[K] } & { served: number };

/**
 * Picks among so many members, all with something to do: whoever is picked has one request more, and of each twice as
 * many as there are members the oldest is done.
 *
 * @param fair - those served most and least differ by one at the most
 */
export function picks(strategy: Strategy, size: number, { fair = false } = {}): Work {
  if (typeof strategy === "function") throw new Error("a strategy of the library's is an object");
  const members = Array.from({ length: size }, (_, serial): Loaded => {
    const pid = { serial, toString: () => `member ${serial}` } as unknown as Member["pid"];
    return { pid, value: serial, queued: 1, running: 0, served: 0 };
  });
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const picker = strategy.create({ members, random, nowMs: () => 0 });
  const busy: Loaded[] = [];
  let oldest = 0;
  return {
    run(operations) {
      for (const member of members) member.served = 0;
      for (let i = 0; i < operations; i += 1) {
        const picked = picker.pick(i) as Loaded;
        picked.queued += 1;
        picked.served += 1;
        const done = busy[oldest];
        busy[oldest] = picked;
        oldest = oldest + 1 === 2 * size ? 0 : oldest + 1;
        if (done === undefined) continue;
        done.queued -= 1;
        picker.eased?.(done);
      }
      const served = members.map((member) => member.served);
      if (fair) expectSame("served in turn", Math.max(...served) - Math.min(...served) <= 1, true);
      return served.reduce((sum, count) => sum + count, 0);
    },
  };
}
