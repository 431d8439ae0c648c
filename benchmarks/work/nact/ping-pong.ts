import { type ActorSystemRef, dispatch, query, type Ref, spawn, start } from "nact";
import type { Work } from "../../contender/work.ts";
import { limitMs } from "./counter.ts";

type Message =
  | { readonly type: "ball"; readonly left: number; readonly from: Ref<Message> }
  | { readonly type: "referee"; readonly to: Ref<"done"> }
  | { readonly type: "take"; readonly to: Ref<number> };
interface Player {
  readonly referee?: Ref<"done">;
  readonly seen: number;
}

/** Answers whoever sent the ball. */
function receive(state: Player, message: Message, { self }: { readonly self: Ref<Message> }): Player {
  switch (message.type) {
    case "ball":
      if (message.left === 1) dispatch(state.referee!, "done");
      else dispatch(message.from, { type: "ball", left: message.left - 1, from: self });
      return { ...state, seen: state.seen + 1 };
    case "referee":
      return { ...state, referee: message.to };
    case "take":
      dispatch(message.to, state.seen);
      return { seen: 0 };
  }
}

function spawnPlayer(system: ActorSystemRef, name: string): Ref<Message> {
  return spawn(system, receive, name, { initialState: { seen: 0 } });
}

export function open(): Work {
  const system = start();
  const [first, second] = [spawnPlayer(system, "first"), spawnPlayer(system, "second")];
  const take = (player: Ref<Message>) =>
    query(player, (to: Ref<number>): Message => ({ type: "take", to }), limitMs);
  return {
    async run(operations) {
      // Whoever sees the last ball tells the referee: an even number of hops ends with the second player.
      const last = operations % 2 === 0 ? second : first;
      const done = query(last, (to: Ref<"done">): Message => ({ type: "referee", to }), limitMs);
      dispatch(first, { type: "ball", left: operations, from: second });
      await done;
      return (await take(first)) + (await take(second));
    },
  };
}
