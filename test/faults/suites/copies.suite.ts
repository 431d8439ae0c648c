import { expect, it, vi } from "vitest";

it("passes when actors of two copies of the library fall, beside a fault that no actor owns", async () => {
  const one = await import("troupe");
  vi.resetModules();
  const two = await import("troupe");
  expect(two.createSystem).not.toBe(one.createSystem);
  for (const { createSystem, defineActor } of [one, two, one]) {
    const system = createSystem({ logger: false });
    const Faulty = defineActor({
      name: "faulty",
      init: () => 0,
      casts: {
        rejects: (state) => {
          void Promise.reject(new Error("an actor's"));
          return state;
        },
      },
    });
    const actor = await system.start(Faulty);
    actor.cast.rejects();
    expect(await actor.down()).toMatchObject({ kind: "error", error: { message: "an actor's" } });
  }
  void Promise.reject(new Error("stray rejection"));
  await new Promise((resolve) => setTimeout(resolve, 20));
});
