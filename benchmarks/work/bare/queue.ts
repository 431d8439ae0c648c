import { expectSame, type Work } from "../../contender/work.ts";

interface Node {
  readonly value: object;
  next: Node | undefined;
}

/** The first of a linked line of so many objects taken, and a new one put at its end. */
export function open(size: number): Work {
  let last: Node = { value: {}, next: undefined };
  let first: Node | undefined = last;
  for (let at = 1; at < size; at += 1) last = last.next = { value: {}, next: undefined };
  return {
    run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        last = last.next = { value: {}, next: undefined };
        if (first?.value !== undefined) done += 1;
        first = first?.next;
      }
      return done;
    },
    settle: () =>
      expectSame("there is a first and a last", first !== undefined && last.next === undefined, true),
  };
}
