import { expectSame, type Work } from "../../contender/work.ts";

/** One object more in a `Map` of so many, and out again. */
export function open(size: number): Work {
  const map = new Map(Array.from({ length: size }, (_, value) => [value, { value }]));
  let serial = size;
  return {
    run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        map.set(serial, { value: serial });
        if (map.delete(serial)) done += 1;
        serial += 1;
      }
      return done;
    },
    settle: () => expectSame("entries left", map.size, size),
  };
}
