import { type AnyActorRef, createActor, fromTransition } from "xstate";
import type { Work } from "../../contender/work.ts";

interface Player {
  readonly peer: AnyActorRef | undefined;
  readonly seen: number;
}
type Event =
  | { readonly type: "peer"; readonly peer: AnyActorRef }
  | { readonly type: "ball"; readonly left: number }
  | { readonly type: "reset" };

const player = fromTransition(
  (state: Player, event: Event) => {
    if (event.type === "peer") return { peer: event.peer, seen: 0 };
    if (event.type === "reset") return { ...state, seen: 0 };
    if (event.left > 1) state.peer?.send({ type: "ball", left: event.left - 1 });
    return { peer: state.peer, seen: state.seen + 1 };
  },
  { peer: undefined, seen: 0 },
);

export function open(): Work {
  const first = createActor(player).start();
  const second = createActor(player).start();
  first.send({ type: "peer", peer: second });
  second.send({ type: "peer", peer: first });
  return {
    run(operations) {
      first.send({ type: "ball", left: operations });
      const counted = first.getSnapshot().context.seen + second.getSnapshot().context.seen;
      first.send({ type: "reset" });
      second.send({ type: "reset" });
      return counted;
    },
  };
}
