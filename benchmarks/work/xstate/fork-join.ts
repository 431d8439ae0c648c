import { createActor, fromTransition } from "xstate";
import { angle, compute, runners } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";

type Event = { readonly type: "compute"; readonly theta: number } | { readonly type: "reset" };

const runner = fromTransition((handled: number, event: Event) => {
  if (event.type === "reset") return 0;
  compute(event.theta);
  return handled + 1;
}, 0);

export function open(): Work {
  const team = Array.from({ length: runners }, () => createActor(runner).start());
  return {
    run(operations) {
      const each = operations / runners;
      for (let i = 0; i < each; i += 1)
        for (const actor of team) actor.send({ type: "compute", theta: angle });
      let handled = 0;
      for (const actor of team) {
        expectSame("handled by each", actor.getSnapshot().context, each);
        handled += actor.getSnapshot().context;
        actor.send({ type: "reset" });
      }
      return handled;
    },
  };
}
