import { defineActor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { namePortOf } from "../../src/core/child-spec.ts";
import { Partition, PartitionName } from "../../src/supervisor/partition.ts";

const Part = defineActor({ name: "part", init: () => 0 });

describe("Partition", () => {
  it("shows who has become it, for as long as that takes messages", async () => {
    await using system = testSystem();
    let taken = 0;
    const partition = new Partition("partition 0 of parts", () => (taken += 1));
    expect(partition.whereis()).toBeUndefined();
    const pid = await system.start(Part.child(undefined, { name: partition.name }));
    expect([partition.whereis(), taken]).toEqual([pid, 1]);
    await pid.stop();
    expect(partition.whereis()).toBeUndefined();
  });

  it("is the port of its name, and lets no process go by asking", () => {
    const partition = new Partition("partition 0 of parts", () => undefined);
    expect(namePortOf(partition.name)).toBe(partition);
    expect([partition.reserve(), partition.unregister()]).toEqual([true, false]);
    expect(partition.onRegister()()).toBeUndefined();
  });
});

describe("PartitionName", () => {
  it("PS7 refuses to be taken, given up or kept", () => {
    const table = { find: () => undefined, onFound: () => () => undefined };
    const name = new PartitionName('"ada" in parts', table, 3);
    for (const refused of [() => name.register(), () => name.unregister()]) {
      expect(refused).toThrow(
        expect.objectContaining({
          code: "ERR_INVALID_OPTIONS",
          message: expect.stringMatching(/"ada" in parts/),
        }),
      );
    }
    expect(name.reserve()).toBe(false);
    expect(name.release()).toBeUndefined();
  });
});
