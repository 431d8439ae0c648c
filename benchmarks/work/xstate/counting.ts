import { fromTransition } from "xstate";
import { expectSame } from "../../contender/work.ts";

/** A message that knows its place. */
export interface Numbered {
  readonly type: "number";
  readonly place: number;
}

/** XState's leanest actor logic: a transition, run on the stack of whoever sends. Counts what comes, in order. */
export const counting = fromTransition((count: number, event: Numbered | { readonly type: "reset" }) => {
  if (event.type === "reset") return 0;
  expectSame("order", event.place, count);
  return count + 1;
}, 0);
