import { expectSame, type Work } from "../../contender/work.ts";

export function open(size: number): Work {
  const map = new Map(Array.from({ length: size }, (_, value) => [`user:${value}`, { value }]));
  const keys = Array.from({ length: 100_000 }, (_, i) => `guest:${i}`);
  return {
    run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        const key = keys[i % keys.length]!;
        map.set(key, { value: i });
        if (map.delete(key)) done += 1;
      }
      return done;
    },
    settle: () => expectSame("entries left", map.size, size),
  };
}
