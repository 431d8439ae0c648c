import { describe, expect, it } from "vitest";
import { createRegistry, processOfRegistry } from "../../src/registry/create-registry.ts";
import { Meta } from "../../src/registry/meta.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { kill } from "./people.ts";

describe("Meta", () => {
  it("R57 keeps values under any key, by structure", () => {
    const meta = new Meta({ color: "red" });
    const mine = ["page", 3];
    meta.put(mine, "third");
    mine[1] = 4;
    meta.put("nothing", undefined);
    expect([meta.get("color"), meta.get(["page", 3]), meta.get(["page", 4])]).toEqual([
      "red",
      "third",
      undefined,
    ]);
    expect([meta.delete("nothing"), meta.delete("nothing"), meta.delete(["page", 3])]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("R5 starts from own properties alone", () => {
    expect(new Meta({}).get("toString")).toBeUndefined();
  });
});

describe.each(["unique", "duplicate"] as const)("createRegistry with %s keys: meta", (keys) => {
  it("R57 is there from the start, is written, read and forgotten, and is no entry", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: keys as "unique", meta: { color: "red" } });
    expect([names.meta("color"), names.meta("size")]).toEqual(["red", undefined]);
    names.putMeta("color", "blue");
    expect(names.meta("color")).toBe("blue");
    expect([names.deleteMeta("color"), names.deleteMeta("color"), names.meta("color")]).toEqual([
      true,
      false,
      undefined,
    ]);
    expect([names.count(), names.lookup("color")]).toEqual([0, []]);
  });

  it("outlives the registry's process, and starts anew with it where owners end with it", async () => {
    await using system = testSystem();
    for (const onDown of ["keep", "exit"] as const) {
      const names = createRegistry(system, { keys: keys as "unique", onDown, meta: { color: "red" } });
      names.putMeta("color", "blue");
      await kill(processOfRegistry(names).pid!);
      expect(names.meta("color")).toBe(onDown === "keep" ? "blue" : "red");
    }
  });

  it("R9 is not to be had while the registry is not running", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: keys as "unique" });
    names.child();
    const notRunning = expect.objectContaining({ code: "ERR_NOT_RUNNING", handled: "no" });
    expect(() => names.meta("color")).toThrow(notRunning);
    expect(() => names.putMeta("color", 1)).toThrow(notRunning);
    expect(() => names.deleteMeta("color")).toThrow(notRunning);
  });
});
