import { createRegistry } from "troupe";
import { spread } from "../../contender/spread.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export async function open(size: number): Promise<Work> {
  const names = createRegistry<string>(system, { keys: "unique" });
  const counter = await system.start(Counter, 0);
  for (let i = 0; i < size; i += 1) expectSame(`user:${i}`, names.register(`user:${i}`, counter).ok, true);
  const via = spread(1_000, size).map((place) => names.via(Counter, `user:${place}`));
  return {
    async run(operations) {
      for (let i = 0; i < operations; i += 1) await via[i % via.length]!.call.add(1);
      return counter.call.take();
    },
  };
}
