import { spawn } from "node:child_process";
import { once } from "node:events";
import { createSystem, defineActor, reply, type Self } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { linksOf } from "../../src/actors/links.ts";
import { processOf } from "../../src/actors/process.ts";
import { kernelOf } from "../../src/actors/system.ts";

const Child = defineActor({
  name: "child",
  init: (_: void, self) => self.parent,
  calls: { parent: (s) => reply(s, s) },
});

describe("14 · who is whose", () => {
  it("self.start links, and makes a child of the caller", async () => {
    await using system = testSystem();
    const Parent = defineActor({
      init: async (_: void, self) => ({ child: await self.start(Child) }),
      calls: { child: (s) => reply(s.child, s) },
    });
    const parent = await system.start(Parent);
    const child = await parent.call.child();
    expect(await child.call.parent()).toBe(parent);
    parent.exit("kill");
    expect(await child.down()).toEqual({ kind: "killed" });
  });

  it("system.start makes an unlinked child of the root, wherever it is called", async () => {
    await using system = testSystem();
    const Starter = defineActor({
      init: async () => ({ child: await system.start(Child) }),
      calls: { child: (s) => reply(s.child, s) },
    });
    const starter = await system.start(Starter);
    const child = await starter.call.child();
    expect(await child.call.parent()).toBeUndefined();
    starter.exit("kill");
    await starter.down();
    await system.settle();
    expect(await child.call.parent()).toBeUndefined();
  });

  it("nobody becomes the child of a process that has died", async () => {
    await using system = testSystem();
    let self!: Self;
    const Parent = defineActor({ init: (_: void, own) => void (self = own) });
    const parent = await system.start(Parent);
    await parent.stop();
    await expect(self.start(Child)).rejects.toMatchObject({ code: "ERR_DETACHED", handled: "no" });
    expect(() => self.spawn(async () => undefined)).toThrow(
      expect.objectContaining({ code: "ERR_DETACHED", handled: "no" }),
    );
    expect(kernelOf(system).table.size).toBe(0);
  });

  it("a process that has died ties itself to nobody", async () => {
    await using system = testSystem();
    let self!: Self;
    const Tied = defineActor({ init: (_: void, own) => void (self = own) });
    const [tied, other] = [await system.start(Tied), await system.start(Child)];
    await tied.stop();
    self.link(other);
    self.monitor(other);
    self.monitor(tied);
    const { ties } = processOf(other);
    expect([linksOf(processOf(other)).length, ties?.watched?.size ?? 0, processOf(tied).queued]).toEqual([
      0, 0, 0,
    ]);
  });

  it("two systems know nothing of each other", async () => {
    await using one = createSystem({ name: "one", logger: false });
    await using other = createSystem({ name: "other", logger: false });
    const a = await one.start(Child);
    const b = await other.start(Child);
    await one.stop();
    expect(await a.down()).toEqual({ kind: "shutdown" });
    expect(await b.call.parent()).toBeUndefined();
    await expect(one.start(Child)).rejects.toMatchObject({ code: "ERR_NOT_RUNNING" });
  });

  it("stopping a system ends everything in it, the youngest first", async () => {
    const system = createSystem({ logger: false });
    const log: string[] = [];
    const Closing = defineActor({ init: (id: string, self) => void self.own(id, () => void log.push(id)) });
    for (const id of ["a", "b", "c"]) await system.start(Closing, id);
    await system.stop();
    expect(log).toEqual(["c", "b", "a"]);
  });

  it.each([
    ["a pending call keeps Node alive", "await actor.call.later();", "later"],
    ["a pending down() keeps Node alive", "actor.cast.quitLater(); await actor.down();", "later"],
    ["idle actors and every do not", "void 0;", ""],
  ])("%s", async (_what, code, printed) => {
    const program = `
      import { createSystem, defineActor, noReply, reply } from "troupe";
      const Actor = defineActor({
        init: (_, self) => { self.every(5, "tick"); return { n: 0, from: undefined, quit: false }; },
        info: (s, _m, self) => {
          const n = s.n + 1;
          if (n === 4) { s.from?.reply("later"); if (s.quit) self.exit("normal"); }
          return { ...s, n };
        },
        calls: { later: (s, _, self) => noReply({ ...s, n: 0, from: self.from }) },
        casts: { quitLater: (s) => ({ ...s, n: 0, quit: true }) },
      });
      const actor = await createSystem().start(Actor);
      ${code}
      ${printed === "" ? "" : `console.log("${printed}");`}
    `;
    const child = spawn(
      process.execPath,
      ["--conditions=troupe-source", "--import=tsx", "--input-type=module", "--eval", program],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    const [exitCode] = await once(child, "close");
    expect([exitCode, output.trim()]).toEqual([0, printed]);
  });
});
