import { createSystem } from "troupe";
import { expect, it } from "vitest";
import { Player } from "../programs/stage.ts";

it("passes beside a fault that no actor owns", async () => {
  await using system = createSystem({ logger: false });
  const actor = await system.start(Player, "a");
  void Promise.reject(new Error("stray rejection"));
  setTimeout(() => {
    throw new Error("stray throw");
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await actor.call.nothing()).toBe(0);
});
