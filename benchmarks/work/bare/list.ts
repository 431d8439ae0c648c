import { spread } from "../../contender/spread.ts";
import type { Work } from "../../contender/work.ts";

/** So many objects in an array, each in turn far from the one before: what an operation on one of them waits for memory. */
export function open(size: number): Work {
  const places = spread(size, size);
  const all = Array.from({ length: size }, () => ({ count: 0, state: {}, ties: [0] }));
  return {
    run(operations) {
      let counted = 0;
      for (let i = 0, at = 0; i < operations; i += 1) {
        const one = all[places[at]!]!;
        one.count += 1;
        counted += one.ties.length;
        at = at + 1 === size ? 0 : at + 1;
      }
      return counted;
    },
  };
}
