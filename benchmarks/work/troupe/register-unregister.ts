import { createRegistry } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export async function open(): Promise<Work> {
  const names = createRegistry(system, { keys: "unique" });
  const owner = await system.start(Counter, 0);
  const keys = Array.from({ length: 1_000 }, (_, i) => `user:${i}`);
  return {
    run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        const key = keys[i % keys.length]!;
        if (names.register(key, owner).ok && names.unregister(key, owner)) done += 1;
      }
      return done;
    },
    settle: () => expectSame("entries left", names.count(), 0),
  };
}
