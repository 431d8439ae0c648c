import { createRegistry } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export async function open(size: number): Promise<Work> {
  const names = createRegistry(system, { keys: "unique" });
  const [owner, guest] = [await system.start(Counter, 0), await system.start(Counter, 0)];
  for (let i = 0; i < size; i += 1) expectSame(`user:${i}`, names.register(`user:${i}`, owner).ok, true);
  const keys = Array.from({ length: 100_000 }, (_, i) => `guest:${i}`);
  return {
    run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        const key = keys[i % keys.length]!;
        if (names.register(key, guest).ok && names.unregister(key, guest)) done += 1;
      }
      return done;
    },
    settle: () => expectSame("entries left", names.count(), size),
  };
}
