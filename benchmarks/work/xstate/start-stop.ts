import { createActor, fromTransition } from "xstate";
import type { Work } from "../../contender/work.ts";

const idle = fromTransition((count: number) => count, 0);

export function open(): Work {
  return {
    run(operations) {
      let stopped = 0;
      for (let i = 0; i < operations; i += 1) {
        const actor = createActor(idle).start();
        if (actor.getSnapshot().status !== "active") continue;
        actor.stop();
        if (actor.getSnapshot().status === "stopped") stopped += 1;
      }
      return stopped;
    },
  };
}
