import { type AnyActorRef, createActor, fromTransition } from "xstate";
import type { Work } from "../../contender/work.ts";

type Event =
  | { readonly type: "ball"; readonly left: number; readonly from: AnyActorRef }
  | { readonly type: "reset" };

/** Answers whoever sent the ball. */
const player = fromTransition((seen: number, event: Event, { self }) => {
  if (event.type === "reset") return 0;
  if (event.left > 1) event.from.send({ type: "ball", left: event.left - 1, from: self });
  return seen + 1;
}, 0);

export function open(): Work {
  const first = createActor(player).start();
  const second = createActor(player).start();
  return {
    run(operations) {
      first.send({ type: "ball", left: operations, from: second });
      const counted = first.getSnapshot().context + second.getSnapshot().context;
      first.send({ type: "reset" });
      second.send({ type: "reset" });
      return counted;
    },
  };
}
