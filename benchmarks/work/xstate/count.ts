import { createActor } from "xstate";
import type { Work } from "../../contender/work.ts";
import { counting } from "./counting.ts";

export function open(): Work {
  const actor = createActor(counting).start();
  return {
    run(operations) {
      for (let place = 0; place < operations; place += 1) actor.send({ type: "number", place });
      const counted = actor.getSnapshot().context;
      actor.send({ type: "reset" });
      return counted;
    },
  };
}
