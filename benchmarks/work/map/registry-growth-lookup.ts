import { spread } from "../../contender/spread.ts";
import type { Work } from "../../contender/work.ts";

export function open(size: number): Work {
  return lookups(size, spread(1_000, size));
}

/** What a registry without owners, deaths and order would be, asked for these places in turn. */
export function lookups(size: number, places: readonly number[]): Work {
  const keys = Array.from({ length: size }, (_, i) => `user:${i}`);
  const map = new Map(keys.map((key, value) => [key, { value }]));
  return {
    run(operations) {
      let found = 0;
      for (let i = 0, at = 0; i < operations; i += 1) {
        const place = places[at]!;
        if (map.get(keys[place]!)?.value === place) found += 1;
        at = at + 1 === places.length ? 0 : at + 1;
      }
      return found;
    },
  };
}
