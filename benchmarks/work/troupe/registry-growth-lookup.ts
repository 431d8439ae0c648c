import { createRegistry } from "troupe";
import { spread } from "../../contender/spread.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export function open(size: number): Promise<Work> {
  return lookups(size, spread(1_000, size));
}

/** A registry of so many keys, asked for these places in turn. */
export async function lookups(size: number, places: readonly number[]): Promise<Work> {
  const names = createRegistry<string, number>(system, { keys: "unique" });
  const owner = await system.start(Counter, 0);
  const keys = Array.from({ length: size }, (_, i) => `user:${i}`);
  for (const [place, key] of keys.entries()) expectSame(key, names.register(key, owner, place).ok, true);
  return {
    run(operations) {
      let found = 0;
      for (let i = 0, at = 0; i < operations; i += 1) {
        const place = places[at]!;
        if (names.lookup(keys[place]!)[0]?.value === place) found += 1;
        at = at + 1 === places.length ? 0 : at + 1;
      }
      return found;
    },
  };
}
