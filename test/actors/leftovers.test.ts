import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { killAll, leftIn, livingFrom } from "../../src/actors/leftovers.ts";
import { processOf } from "../../src/actors/process.ts";
import { kernelOf } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import { testSystem } from "../../src/testing/test-system.ts";

/** Starts so many of its own kind, one below the other, and two beside each other at the end. */
const Chain = defineActor({
  name: "chain",
  init: async (depth: number, self): Promise<number> => {
    if (depth > 0) await self.start(Chain, depth - 1);
    if (depth === 1) await self.start(Chain, 0);
    return depth;
  },
});

const labels = (pid: Pid): readonly string[] => livingFrom(processOf(pid)).map(({ label }) => label);

describe("livingFrom", () => {
  it("finds all below a process, however deep, the youngest first, and nobody beside it", async () => {
    await using system = testSystem();
    await system.start(Chain, 0);
    const top = await system.start(Chain, 2);
    await system.start(Chain, 1);
    expect(labels(top)).toEqual(["chain (pid 5)", "chain (pid 4)", "chain (pid 3)", "chain (pid 2)"]);
  });

  it("finds what lives below a process that is dead, and not the dead", async () => {
    await using system = testSystem();
    const Free = defineActor({
      name: "free",
      init: async (_: void, self) => {
        const below = await self.start(Chain, 0);
        self.unlink(below);
        return below;
      },
    });
    const top = await system.start(Free);
    expect(labels(top)).toEqual(["chain (pid 2)", "free (pid 1)"]);
    top.exit("kill");
    await top.down();
    expect(labels(top)).toEqual(["chain (pid 2)"]);
  });
});

describe("killAll", () => {
  it("kills in order those who trap, too, and answers who they were", async () => {
    await using system = testSystem();
    const news: string[] = [];
    const Trapping = defineActor({ name: "trapping", init: (id: string) => id, exit: (id) => id });
    const pids = [await system.start(Trapping, "a"), await system.start(Trapping, "b")];
    for (const pid of pids) void pid.down().then(({ kind }) => news.push(`${String(pid)} ${kind}`));
    const kernel = kernelOf(system);
    expect(killAll(kernel, pids.map(processOf))).toEqual(["trapping (pid 1)", "trapping (pid 2)"]);
    await system.settle();
    expect(news).toHaveLength(2);
    expect(news.every((line) => line.endsWith("killed"))).toBe(true);
  });
});

describe("leftIn", () => {
  it("names all that live, and those that are dead and close what they owned", async () => {
    await using system = testSystem();
    let closed!: () => void;
    const Owning = defineActor({
      name: "owning",
      init: (_: void, self) => void self.own("file", () => new Promise<void>((done) => (closed = done))),
    });
    const owning = await system.start(Owning);
    await system.start(Chain, 0);
    owning.exit("kill");
    await owning.down();
    await system.settle();
    expect(leftIn(kernelOf(system))).toEqual(["chain (pid 2)", "owning (pid 1), which closes what it owned"]);
    closed();
  });
});
