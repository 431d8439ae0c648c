import { createActor } from "xstate";
import type { Work } from "../../contender/work.ts";
import { turnstile } from "./turnstile.ts";

export function open(): Work {
  const actor = createActor(turnstile).start();
  return {
    run(operations) {
      for (let place = 0; place < operations; place += 1) actor.send({ type: "turn", place });
      const { count } = actor.getSnapshot().context;
      actor.send({ type: "reset" });
      return count;
    },
  };
}
