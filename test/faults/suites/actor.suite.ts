import { createSystem } from "troupe";
import { expect, it } from "vitest";
import { boom, Player, wordFor } from "../programs/stage.ts";

it.each([
  {
    how: "a throw in a timer",
    part: () =>
      void setTimeout(() => {
        throw boom();
      }),
  },
  { how: "a forgotten rejection", part: () => void Promise.reject(boom()) },
])("passes when an actor falls by $how", async ({ part }) => {
  await using system = createSystem({ logger: false });
  const actor = await system.start(Player, "a");
  actor.cast.plays(part);
  expect(wordFor(await actor.down())).toBe("Error: boom");
});
