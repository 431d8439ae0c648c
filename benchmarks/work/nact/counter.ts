import { type ActorSystemRef, dispatch, type Ref, spawn } from "nact";
import { expectSame } from "../../contender/work.ts";

/** What the counter understands: a number in its place, an amount to add, and the question for the count. */
export type ToCounter =
  | { readonly type: "place"; readonly place: number }
  | { readonly type: "add"; readonly by: number; readonly to: Ref<number> }
  | { readonly type: "take"; readonly to: Ref<number> };

/** A query needs a limit; none is reached. */
export const limitMs = 60_000;

/** A stateful actor that counts in order and answers queries, as nact's guide writes them. */
export function spawnCounter(system: ActorSystemRef): Ref<ToCounter> {
  const receive = (count: number, message: ToCounter): number => {
    switch (message.type) {
      case "place":
        expectSame("order", message.place, count);
        return count + 1;
      case "add":
        dispatch(message.to, count + message.by);
        return count + message.by;
      case "take":
        dispatch(message.to, count);
        return 0;
    }
  };
  return spawn(system, receive, "counter", { initialState: 0 });
}
