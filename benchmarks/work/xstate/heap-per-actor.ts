import { createActor, fromTransition } from "xstate";
import { weigh } from "../../contender/weigh.ts";
import type { Work } from "../../contender/work.ts";

const idle = fromTransition((count: number) => count, 0);

export function open(): Work {
  return {
    run: (operations) =>
      weigh(operations, {
        start: () => createActor(idle).start(),
        isAlive: (actor) => actor.getSnapshot().status === "active",
        stop: (actor) => actor.stop(),
      }),
  };
}
