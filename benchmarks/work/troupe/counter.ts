import { defineActor, reply } from "troupe";
import { expectSame } from "../../contender/work.ts";

/** The server of the rows: a sum that is asked for and added to, and a count of what is told in order. */
export const Counter = defineActor({
  name: "counter",
  init: (start: number) => start,
  calls: {
    add: (count, by: number) => reply(count + by, count + by),
    take: (count) => reply(count, 0),
  },
  casts: {
    next: (count, place: number) => {
      expectSame("order", place, count);
      return count + 1;
    },
  },
  info: (count, message: number) => {
    expectSame("order", message, count);
    return count + 1;
  },
});
