import { dispatch, query, type Ref, spawn, start } from "nact";
import { angle, compute, runners } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs } from "./counter.ts";

type Message = number | { readonly to: Ref<number> };

const receive = (handled: number, message: Message): number => {
  if (typeof message !== "number") {
    dispatch(message.to, handled);
    return 0;
  }
  compute(message);
  return handled + 1;
};

export function open(): Work {
  const system = start();
  const team = Array.from({ length: runners }, (_, i) =>
    spawn(system, receive, `runner-${i}`, { initialState: 0 }),
  );
  return {
    async run(operations) {
      const each = operations / runners;
      for (let i = 0; i < each; i += 1) for (const runner of team) dispatch(runner, angle);
      let handled = 0;
      for (const runner of team) {
        const count = await query(runner, (to: Ref<number>): Message => ({ to }), limitMs);
        expectSame("handled by each", count, each);
        handled += count;
      }
      return handled;
    },
  };
}
