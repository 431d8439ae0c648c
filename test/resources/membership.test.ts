import { describe, expect, it, onTestFinished } from "vitest";
import type { System } from "../../src/actors/definition.ts";
import { createSystem } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { join, leave } from "../../src/resources/membership.ts";

function idle(system: System): Pid {
  return system.spawn(async (self) => {
    await self.receive();
  });
}

function setUp() {
  const system = createSystem({ logger: false });
  onTestFinished(() => system.stop());
  const registry = createRegistry<string, number | undefined>(system, { keys: "duplicate" });
  return { system, registry, pid: idle(system) };
}

describe("join", () => {
  it("registers the pid under the key, with the value", () => {
    const { registry, pid } = setUp();
    expect(join({ registry, key: "a", value: 3 }, pid)).toBe(true);
    expect(registry.lookup("a")).toEqual([{ pid, value: 3 }]);
  });

  it("is true where there is nothing to join", () => {
    expect(join(undefined, setUp().pid)).toBe(true);
  });

  it("is false while the registry is down", async () => {
    const { system, registry, pid } = setUp();
    const process = await system.start(registry);
    process.exit("kill");
    await process.down();
    expect(join({ registry, key: "a" }, pid)).toBe(false);
  });

  it("is true for a process that is dead: there is nobody to try again for", async () => {
    const { registry, pid } = setUp();
    pid.exit("kill");
    await pid.down();
    expect(join({ registry, key: "a" }, pid)).toBe(true);
  });

  it("throws what is none of the registry's being down", () => {
    const { registry } = setUp();
    const stranger = setUp();
    expect(() => join({ registry, key: "a" }, stranger.pid)).toThrow();
  });
});

describe("leave", () => {
  it("takes the registration back", () => {
    const { registry, pid } = setUp();
    join({ registry, key: "a" }, pid);
    leave({ registry, key: "a" }, pid);
    expect(registry.lookup("a")).toEqual([]);
  });

  it("does nothing where there is nothing to leave", () => {
    const { registry, pid } = setUp();
    leave(undefined, pid);
    leave({ registry, key: "a" }, pid);
    expect(registry.lookup("a")).toEqual([]);
  });
});
