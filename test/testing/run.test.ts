import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { struck } from "../../src/testing/run.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const Silent = defineActor({ init: () => 0 });

describe("struck", () => {
  it("is the pid itself, who has the name now, or whom a function finds", async () => {
    await using system = testSystem();
    const pid = await system.start(Silent);
    const names = createRegistry(system, { keys: "unique" });
    await system.start(names);
    const name = names.via(Silent, "a");
    expect(struck(pid)).toBe(pid);
    expect(struck(() => pid)).toBe(pid);
    expect(struck(() => undefined)).toBeUndefined();
    expect(struck(name)).toBeUndefined();
    names.register("a", pid);
    expect(struck(name)).toBe(pid);
    expect(struck(() => name)).toBe(pid);
  });
});
