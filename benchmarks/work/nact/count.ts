import { dispatch, query, type Ref, start } from "nact";
import type { Work } from "../../contender/work.ts";
import { limitMs, spawnCounter, type ToCounter } from "./counter.ts";

export function open(): Work {
  const counter = spawnCounter(start());
  return {
    run(operations) {
      for (let place = 0; place < operations; place += 1) dispatch(counter, { type: "place", place });
      return query(counter, (to: Ref<number>): ToCounter => ({ type: "take", to }), limitMs);
    },
  };
}
