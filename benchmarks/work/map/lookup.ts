import type { Work } from "../../contender/work.ts";

export function open(): Work {
  const keys = Array.from({ length: 10_000 }, (_, i) => `user:${i}`);
  const map = new Map(keys.map((key, value) => [key, { value }]));
  return {
    run(operations) {
      let found = 0;
      for (let i = 0; i < operations; i += 1) {
        const place = i % keys.length;
        if (map.get(keys[place]!)?.value === place) found += 1;
      }
      return found;
    },
  };
}
