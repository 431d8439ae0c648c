import { query, type Ref, start } from "nact";
import type { Work } from "../../contender/work.ts";
import { limitMs, spawnCounter, type ToCounter } from "./counter.ts";

export function open(): Work {
  const counter = spawnCounter(start());
  const add = (to: Ref<number>): ToCounter => ({ type: "add", by: 1, to });
  return {
    async run(operations) {
      for (let i = 0; i < operations; i += 1) await query(counter, add, limitMs);
      return query(counter, (to: Ref<number>): ToCounter => ({ type: "take", to }), limitMs);
    },
  };
}
