import { type Alias, defineActor, reply } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

interface Heard {
  readonly heard: readonly unknown[];
  readonly aliases: readonly Alias[];
}

/** Makes aliases when asked to, takes them back when asked to, and keeps what it hears. */
const Keeper = defineActor({
  name: "keeper",
  init: (): Heard => ({ heard: [], aliases: [] }),
  calls: {
    heard: (state) => reply(state.heard, state),
    make: (state, once: boolean, self) => {
      const alias = self.alias({ once });
      return reply(alias, { ...state, aliases: [...state.aliases, alias] });
    },
    unalias: (state, alias: Alias, self) => reply(self.unalias(alias), state),
    sendAndUnalias: (state, alias: Alias, self) => {
      alias.send("to myself");
      return reply(self.unalias(alias), state);
    },
  },
  info: (state, message: unknown) => ({ ...state, heard: [...state.heard, message] }),
});

async function keeperAndDeadLetters() {
  const system = testSystem();
  const dead: unknown[] = [];
  system.telemetry.on("message:dead", ({ to, message, why }) => dead.push([to, message, why]));
  return { system, dead, keeper: await system.start(Keeper) };
}

describe("self.alias", () => {
  it("P17 delivers what comes by an active alias as any other message, in its place", async () => {
    const { system, keeper } = await keeperAndDeadLetters();
    const alias = await keeper.call.make(false);
    alias.send(1);
    keeper.send(2);
    alias.send(3);
    expect(await keeper.call.heard()).toEqual([1, 2, 3]);
    await system.stop();
  });

  it("P17 takes one message with once, and the second is a dead letter", async () => {
    const { system, dead, keeper } = await keeperAndDeadLetters();
    const alias = await keeper.call.make(true);
    alias.send("first");
    alias.send("second");
    expect(await keeper.call.heard()).toEqual(["first"]);
    expect(await keeper.call.unalias(alias)).toBe(false);
    alias.send("third");
    expect(await keeper.call.heard()).toEqual(["first"]);
    const to = `an alias of ${String(keeper)}`;
    expect(dead).toEqual([
      [to, "second", "late"],
      [to, "third", "late"],
    ]);
    await system.stop();
  });

  it("leaves a message that a selective receive has passed over in its place, and counts it as taken", async () => {
    const system = testSystem();
    const heard: unknown[] = [];
    const bare = system.spawn(async (self) => {
      const alias = self.alias({ once: true });
      alias.send("a");
      alias.send("b");
      self.send(1);
      heard.push(await self.receive((message): message is number => typeof message === "number"));
      heard.push(self.unalias(alias));
      heard.push(await self.receive());
      self.send(2);
      heard.push(await self.receive());
    });
    await bare.down();
    expect(heard).toEqual([1, false, "a", 2]);
    await system.stop();
  });

  it("ends with its process: what comes later is a dead letter", async () => {
    const { system, dead, keeper } = await keeperAndDeadLetters();
    const alias = await keeper.call.make(false);
    await keeper.stop();
    alias.send("late");
    await system.settle();
    expect(dead).toEqual([[String(keeper), "late", "dead"]]);
    await system.stop();
  });

  it("sheds what comes by it as the mailbox sheds any other message", async () => {
    await using system = testSystem();
    const Small = defineActor({
      name: "small",
      mailbox: { capacity: 1, policy: "dropOldest" },
      init: (_: void, self) => ({ alias: self.alias(), heard: [] as unknown[] }),
      calls: { both: (state) => reply(state, state) },
      info: (state, message: unknown) => ({ ...state, heard: [...state.heard, message] }),
    });
    const small = await system.start(Small);
    const { alias } = await small.call.both();
    alias.send("old");
    alias.send("new");
    await system.settle();
    expect((await small.call.both()).heard).toEqual(["new"]);
  });
});

describe("self.unalias", () => {
  it("P18 is true for an active alias of its own, then false; later messages are dropped", async () => {
    const { system, dead, keeper } = await keeperAndDeadLetters();
    const alias = await keeper.call.make(false);
    const other = await system.start(Keeper);
    expect(await other.call.unalias(alias)).toBe(false);
    expect(await keeper.call.unalias(alias)).toBe(true);
    expect(await keeper.call.unalias(alias)).toBe(false);
    alias.send("dropped");
    expect(await keeper.call.heard()).toEqual([]);
    expect(dead).toEqual([[`an alias of ${String(keeper)}`, "dropped", "late"]]);
    await system.stop();
  });

  it("P19 drops what was sent before and has not been looked at", async () => {
    const { system, dead, keeper } = await keeperAndDeadLetters();
    const alias = await keeper.call.make(false);
    expect(await keeper.call.sendAndUnalias(alias)).toBe(true);
    expect(await keeper.call.heard()).toEqual([]);
    expect(dead).toEqual([[`an alias of ${String(keeper)}`, "to myself", "late"]]);
    await system.stop();
  });
});
