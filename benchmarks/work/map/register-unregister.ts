import { expectSame, type Work } from "../../contender/work.ts";

/** What a registry without owners, deaths and order would be. */
export function open(): Work {
  const keys = Array.from({ length: 1_000 }, (_, i) => `user:${i}`);
  const map = new Map<string, { readonly value: number }>();
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
    settle: () => expectSame("entries left", map.size, 0),
  };
}
