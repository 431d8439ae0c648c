import { createActor, fromTransition } from "xstate";
import type { Work } from "../../contender/work.ts";

export function open(): Work {
  let started = 0;
  let stopped = 0;
  const short = fromTransition(
    (count: number, event: { readonly type: string }) => {
      if (event.type === "xstate.stop") stopped += 1;
      return count;
    },
    () => {
      started += 1;
      return 0;
    },
  );
  return {
    run(operations) {
      started = stopped = 0;
      for (let i = 0; i < operations; i += 1) createActor(short).start().stop();
      return Math.min(started, stopped);
    },
  };
}
