import {
  type BareSelf,
  defineActor,
  dynamicSupervisor,
  type Pid,
  reply,
  type SupervisorProcess,
  startTask,
  supervisor,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

/** Answers who its callers are, itself or by asking the next one. */
const Link = defineActor({
  name: "link",
  init: () => 0,
  calls: {
    callers: (n, _: void, self) => reply(self.callers, n),
    through: async (n, next: readonly { readonly call: LinkCalls }[]) => {
      const [first, ...rest] = next as [{ readonly call: LinkCalls }];
      return reply(await (rest.length === 0 ? first.call.callers() : first.call.through(rest)), n);
    },
    task: async (n, linked: boolean, self) => {
      const task = startTask(self, (inner) => [inner.parent, inner.callers] as const, { linked });
      return reply(await task.result(), n);
    },
    askByTask: async (n, next: { readonly call: LinkCalls }, self) =>
      reply(await startTask(self, () => next.call.callers()).result(), n),
  },
  casts: { note: (n, into: (callers: readonly Pid[]) => void, self) => (into(self.callers), n) },
});
interface LinkCalls {
  callers(): Promise<readonly Pid[]>;
  through(next: readonly { readonly call: LinkCalls }[]): Promise<readonly Pid[]>;
}

async function childOf(supervisor: Pid<SupervisorProcess>): Promise<Pid<SupervisorProcess>> {
  const [child] = await supervisor.call.whichChildren();
  return child?.pid as Pid<SupervisorProcess>;
}

describe("self.ancestors", () => {
  it("P29 leads from the dead to no parent that had died before: a chain of starts keeps none of them", async () => {
    await using system = testSystem();
    const generations: Pid[] = [];
    let seen: readonly Pid[] = [];
    const live = async (self: BareSelf): Promise<void> => {
      await self.parent?.down();
      seen = self.ancestors;
      generations.push(self.pid);
      if (generations.length < 5) self.spawn(live);
    };
    system.spawn(live);
    await system.settle();
    expect(generations).toHaveLength(5);
    expect(seen).toEqual([generations[3]]);
  });

  it("P29 names who started it, and who started those, the nearest first", async () => {
    await using system = testSystem();
    const Leaf = defineActor({
      name: "leaf",
      init: (_: void, self) => self.ancestors,
      calls: { ancestors: (at, _: void, self) => reply([at, self.ancestors], at) },
    });
    const inner = supervisor({ id: "inner", strategy: "oneForOne", children: [Leaf] });
    const outer = await system.start(supervisor({ strategy: "oneForOne", children: [inner] }));
    const branch = await childOf(outer);
    const leaf = (await childOf(branch)) as unknown as Pid<typeof Leaf>;
    expect(await leaf.call.ancestors()).toEqual([
      [branch, outer],
      [branch, outer],
    ]);
  });

  it("P29 is empty for a child of the root, wherever it was started", async () => {
    await using system = testSystem();
    const seen: unknown[] = [];
    const starter = system.spawn((self) => {
      self.system.spawn((other) => void seen.push(other.ancestors));
    });
    await starter.down();
    await system.settle();
    expect(seen).toEqual([[]]);
  });
});

describe("self.callers", () => {
  it("P29 is empty where plain code asks", async () => {
    await using system = testSystem();
    const link = await system.start(Link);
    expect(await link.call.callers()).toEqual([]);
  });

  it("P29 follows calls through every process that waits: the direct caller, its caller, and so on", async () => {
    await using system = testSystem();
    const a = await system.start(Link);
    const b = await system.start(Link);
    const c = await system.start(Link);
    expect(await a.call.through([b, c])).toEqual([b, a]);
    expect(await a.call.through([c])).toEqual([a]);
  });

  it.each([true, false])(
    "T10 P29 names the owner of a task (linked: %s), and who asked the owner",
    async (linked) => {
      await using system = testSystem();
      const link = await system.start(Link);
      const caller = await system.start(
        defineActor({ init: () => 0, calls: { ask: async (n) => reply(await link.call.task(linked), n) } }),
      );
      expect(await caller.call.ask()).toEqual([linked ? link : undefined, [link, caller]]);
    },
  );

  it("T10 keeps a task's callers when its owner has gone on", async () => {
    await using system = testSystem();
    const link = await system.start(Link);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let seen: unknown;
    const Waiter = defineActor({
      init: () => 0,
      calls: {
        run: (n, _: void, self) => {
          startTask(self, async (inner) => {
            await gate;
            seen = inner.callers;
          });
          return reply(self.pid, n);
        },
      },
    });
    const waiter = await system.start(Waiter);
    const caller = await system.start(
      defineActor({ init: () => 0, calls: { ask: async (n) => reply(await waiter.call.run(), n) } }),
    );
    await caller.call.ask();
    await waiter.call.run();
    go();
    await system.settle();
    expect(seen).toEqual([waiter]);
    expect(await link.call.callers()).toEqual([]);
  });

  it("T10 is kept across the hop to a dynamic supervisor's child", async () => {
    await using system = testSystem();
    const link = await system.start(Link);
    const pool = await system.start(dynamicSupervisor());
    const child = await pool.call.startChild(Link);
    const caller = await system.start(
      defineActor({
        init: () => 0,
        calls: { ask: async (n, to: typeof link) => reply(await to.call.askByTask(child), n) },
      }),
    );
    const callers = await caller.call.ask(link);
    expect(callers).toHaveLength(3);
    expect(callers.slice(1)).toEqual([link, caller]);
  });

  it("is not known for a cast, since nothing is carried with it", async () => {
    await using system = testSystem();
    const link = await system.start(Link);
    let seen: unknown;
    const caller = system.spawn(() => link.cast.note((callers) => (seen = callers)));
    await caller.down();
    await system.settle();
    expect(seen).toEqual([]);
  });
});
