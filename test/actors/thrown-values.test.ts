import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Startable } from "../../src/actors/definition.ts";
import { kernelOf } from "../../src/actors/system.ts";
import { childSpec } from "../../src/core/child-spec.ts";
import { probe } from "../../src/testing/probe.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { HOSTILE_VALUES } from "../contracts/hostile-values.ts";

describe.each(HOSTILE_VALUES)("SF31 a process that comes upon $what", ({ make }) => {
  const Careless = defineActor({
    name: "careless",
    init: (start: () => unknown) => start(),
    calls: {
      throws: (_state, value: unknown) => {
        throw value;
      },
      rejects: async (_state, value: unknown) => {
        throw value;
      },
      forgets: (state, value: unknown) => {
        void Promise.reject(value);
        return reply("forgotten", state);
      },
    },
    casts: { becomes: (_state, value: unknown) => value },
  });

  it.each(["throws", "rejects", "forgets"] as const)(
    "ends alone when its handler %s it, and the reason keeps the value itself",
    async (how) => {
      await using system = testSystem({ messages: "shared" });
      const [careless, bystander] = [
        await system.start(Careless, () => 0),
        await system.start(Careless, () => 0),
      ];
      const value = make();
      const call = careless.call[how](value).catch((error: { code: string }) => error.code);
      const reason = await careless.down();
      expect(reason.kind === "error" && Object.is(reason.error, value)).toBe(true);
      expect(await call).toBe(how === "forgets" ? "forgotten" : "ERR_EXITED");
      await system.settle();
      expect(system.crashes).toHaveLength(1);
      expect(await bystander.call.forgets(0).catch(() => "gone")).toBe("forgotten");
    },
  );

  it("fails to start when its init throws it, and nobody else notices", async () => {
    await using system = testSystem();
    const value = make();
    const starting = system.start(Careless, () => {
      throw value;
    });
    await expect(starting).rejects.toMatchObject({ code: "ERR_START_FAILED" });
    expect(await system.start(Careless, () => 0)).toBeDefined();
  });

  it("may be sent it, start with it and keep it as its state, or ends alone", async () => {
    await using system = testSystem();
    const [careless, bystander] = [
      await system.start(Careless, () => 0),
      await system.start(Careless, () => 0),
    ];
    careless.cast.becomes(make());
    await system.start(Careless, make).catch(() => undefined);
    const post = probe(system);
    post.pid.send(make());
    await system.settle();
    expect(post.messages).toHaveLength(1);
    expect(await bystander.call.forgets(0)).toBe("forgotten");
  });
});

describe("an answer that throws when it is looked at", () => {
  it("ends its process, and its caller hears of it", async () => {
    await using system = testSystem();
    const Revoked = defineActor({
      calls: { answer: () => revoked() },
      init: () => 0,
    });
    const actor = await system.start(Revoked);
    await expect(actor.call.answer()).rejects.toMatchObject({ code: "ERR_EXITED", handled: "unknown" });
    expect(await actor.down()).toMatchObject({ kind: "error", error: { name: "TypeError" } });
  });
});

describe("a state that throws when it is looked at", () => {
  const secretive = (): object =>
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error("hands off");
        },
      },
    );

  it.each([
    ["init", defineActor({ init: () => secretive() })],
    ["an asynchronous init", defineActor({ init: async () => secretive() })],
    ["a function", childSpec({ id: "own", start: () => secretive() })],
    ["an asynchronous function", childSpec({ id: "own", start: async () => secretive() })],
  ])("fails the start when %s answers it, and nothing is left", async (_how, what) => {
    await using system = testSystem();
    await expect(system.start(what as Startable)).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      reason: { error: { message: "hands off" } },
    });
    const { table, runtime } = kernelOf(system);
    expect([table.size, runtime.scheduler]).toMatchObject([0, { held: 0 }]);
  });
});

/** What a draft of Immer's is once its recipe is over. */
function revoked(): ReturnType<typeof reply<never, number>> {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy as never;
}
