import { createRegistry } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export async function open(): Promise<Work> {
  const names = createRegistry<string, number>(system, { keys: "unique" });
  const owner = await system.start(Counter, 0);
  const keys = Array.from({ length: 10_000 }, (_, i) => `user:${i}`);
  for (const [place, key] of keys.entries()) expectSame(key, names.register(key, owner, place).ok, true);
  return {
    run(operations) {
      let found = 0;
      for (let i = 0; i < operations; i += 1) {
        const place = i % keys.length;
        if (names.lookup(keys[place]!)[0]?.value === place) found += 1;
      }
      return found;
    },
  };
}
