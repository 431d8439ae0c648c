import { assign, setup } from "xstate";
import { expectSame } from "../../contender/work.ts";

/** A statechart that changes its state with each event, and counts them in order. */
export const turnstile = setup({
  types: {
    context: {} as { readonly count: number },
    events: {} as { readonly type: "turn"; readonly place: number } | { readonly type: "reset" },
  },
  actions: {
    count: assign(({ context, event }) => {
      if (event.type === "turn") expectSame("order", event.place, context.count);
      return { count: context.count + 1 };
    }),
  },
}).createMachine({
  id: "turnstile",
  context: { count: 0 },
  initial: "locked",
  on: { reset: { target: ".locked", actions: assign({ count: 0 }) } },
  states: {
    locked: { on: { turn: { target: "open", actions: "count" } } },
    open: { on: { turn: { target: "locked", actions: "count" } } },
  },
});
