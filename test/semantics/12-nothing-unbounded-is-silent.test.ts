import { createSystem, defineActor, reply } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { portOf } from "../../src/core/pid.ts";
import { gate } from "./gate.ts";

/** Waits in its first handler until the test lets it go on. */
function blocked(mailbox?: import("troupe").MailboxOptions) {
  let open!: () => void;
  const opened = new Promise<void>((go) => (open = go));
  const Blocked = defineActor({
    name: "blocked",
    init: (): readonly number[] => [],
    casts: {
      block: async (seen) => (await opened, seen),
      note: (seen, n: number) => [...seen, n],
    },
    calls: { seen: (seen) => reply(seen, seen) },
    down: (seen) => [...seen, -1],
    ...(mailbox === undefined ? {} : { mailbox }),
  });
  return { Blocked, open };
}

describe("12 · nothing unbounded is silent", () => {
  it("tells of 1,000 waiting messages, and of ten times as many", async () => {
    await using system = testSystem();
    const told: number[] = [];
    system.telemetry.on("mailbox:high", ({ queued }) => told.push(queued));
    const { Blocked, open } = blocked();
    const pid = await system.start(Blocked);
    pid.cast.block();
    await system.settle();
    for (let i = 0; i < 999; i += 1) pid.cast.note(i);
    expect(told).toEqual([]);
    for (let i = 0; i < 9_002; i += 1) pid.cast.note(i);
    expect(told).toEqual([1_000, 10_000]);
    pid.exit("kill");
    open();
    await pid.down();
  });

  it("tells at the mark of the definition's own", async () => {
    await using system = testSystem();
    const told: number[] = [];
    system.telemetry.on("mailbox:high", ({ queued }) => told.push(queued));
    const { Blocked, open } = blocked({ highWater: 3 });
    const pid = await system.start(Blocked);
    pid.cast.block();
    await system.settle();
    for (let i = 0; i < 5; i += 1) pid.cast.note(i);
    expect(told).toEqual([3]);
    open();
    expect(await pid.call.seen()).toHaveLength(5);
  });

  it.each(["reject", "dropNewest"] as const)("%s refuses what comes beyond the capacity", async (policy) => {
    await using system = testSystem();
    const { Blocked, open } = blocked({ capacity: 2, policy });
    const pid = await system.start(Blocked);
    pid.cast.block();
    await system.settle();
    for (const n of [1, 2, 3]) pid.cast.note(n);
    await expect(pid.call.seen()).rejects.toMatchObject({ code: "ERR_OVERLOADED", handled: "no" });
    expect(system.deadLetters).toMatchObject([{ why: "overloaded", message: 3 }]);
    open();
    await system.settle();
    expect(await pid.call.seen()).toEqual([1, 2]);
  });

  it("dropOldest makes room, and rejects a call that it sheds", async () => {
    await using system = testSystem();
    const { Blocked, open } = blocked({ capacity: 2, policy: "dropOldest" });
    const pid = await system.start(Blocked);
    pid.cast.block();
    await system.settle();
    const shed = pid.call.seen().catch((error) => [error.code, error.handled]);
    for (const n of [1, 2]) pid.cast.note(n);
    expect(await shed).toEqual(["ERR_OVERLOADED", "no"]);
    open();
    await system.settle();
    expect(await pid.call.seen()).toEqual([1, 2]);
  });

  it("exit signals that do nothing take nobody's room", async () => {
    await using system = testSystem();
    const Busy = defineActor({
      init: () => 0,
      mailbox: { capacity: 2, policy: "reject" },
      casts: { work: async (n, done: Promise<void>) => (await done, n) },
      calls: { ping: (n) => reply("pong", n) },
    });
    const busy = await system.start(Busy);
    let finish!: () => void;
    busy.cast.work(new Promise<void>((done) => (finish = done)));
    for (let i = 0; i < 10; i += 1) busy.exit("normal");
    await system.settle();
    expect(portOf(busy).queued).toBe(0);
    const pongs = [busy.call.ping(), busy.call.ping()];
    await expect(busy.call.ping()).rejects.toMatchObject({ code: "ERR_OVERLOADED" });
    finish();
    expect(await Promise.all(pongs)).toEqual(["pong", "pong"]);
    expect(portOf(busy).queued).toBe(0);
  });

  it("dropOldest tells nobody of a call that its caller has given up", async () => {
    await using system = testSystem();
    const Busy = defineActor({
      init: () => 0,
      mailbox: { capacity: 1, policy: "dropOldest" },
      casts: { work: async (n, done: Promise<void>) => (await done, n) },
      calls: { ping: (n) => reply("pong", n) },
    });
    const busy = await system.start(Busy);
    let finish!: () => void;
    busy.cast.work(new Promise<void>((done) => (finish = done)));
    await system.settle();
    const given = new AbortController();
    const early = busy.call.ping(undefined, { signal: given.signal }).catch((error) => error.code);
    given.abort();
    const pong = busy.call.ping();
    finish();
    expect([await early, await pong, system.deadLetters]).toEqual(["ERR_ABORTED", "pong", []]);
  });

  it.each(["reject", "dropNewest", "dropOldest"] as const)(
    "never sheds the answer to a request, with %s",
    async (policy) => {
      await using system = testSystem();
      const Other = defineActor({ init: () => 0, calls: { ask: (n) => reply("answer", n) } });
      const other = await system.start(Other);
      const door = gate();
      const Asking = defineActor({
        init: (): readonly unknown[] => [],
        casts: {
          ask: async (seen, _: void, self) => {
            self.request(() => other.call.ask(), "tag");
            await door.opened;
            return seen;
          },
          note: (seen, n: number) => [...seen, n],
        },
        info: (seen, message: { readonly value: unknown }) => [...seen, message.value],
        calls: { seen: (seen) => reply(seen, seen) },
        mailbox: { capacity: 1, policy },
      });
      const asking = await system.start(Asking);
      asking.cast.ask();
      await system.settle();
      for (const n of [1, 2, 3]) asking.cast.note(n);
      await system.settle();
      door.open();
      await system.settle();
      expect(await asking.call.seen()).toContain("answer");
    },
  );

  it.each(["reject", "dropNewest", "dropOldest"] as const)(
    "never sheds an exit or a down that is trapped and monitored, with %s",
    async (policy) => {
      await using system = testSystem();
      const door = gate();
      const Idle = defineActor({ init: () => 0 });
      const [linked, watched] = [await system.start(Idle), await system.start(Idle)];
      const Full = defineActor({
        init: (_: void, self): readonly string[] => {
          self.link(linked);
          self.monitor(watched);
          return [];
        },
        casts: {
          block: async (seen) => (await door.opened, seen),
          note: (seen) => [...seen, "note"],
        },
        calls: { seen: (seen) => reply(seen, seen) },
        exit: (seen, { reason }) => [...seen, `exit ${reason.kind}`],
        down: (seen, { reason }) => [...seen, `down ${reason.kind}`],
        mailbox: { capacity: 1, policy },
      });
      const full = await system.start(Full);
      full.cast.block();
      await system.settle();
      full.cast.note();
      for (const victim of [linked, watched]) victim.exit("kill");
      await system.settle();
      full.cast.note();
      door.open();
      await system.settle();
      expect(await full.call.seen()).toEqual(
        policy === "dropOldest"
          ? ["exit killed", "down killed", "note"]
          : ["note", "exit killed", "down killed"],
      );
      expect(system.deadLetters).toMatchObject([{ why: "overloaded", kind: "cast" }]);
    },
  );

  it.each(["reject", "dropNewest", "dropOldest"] as const)(
    "a full mailbox keeps nobody from stopping or killing its process, with %s",
    async (policy) => {
      await using system = testSystem();
      const { Blocked, open } = blocked({ capacity: 1, policy });
      const [stopped, killed] = [await system.start(Blocked), await system.start(Blocked)];
      for (const pid of [stopped, killed]) pid.cast.block();
      await system.settle();
      for (const pid of [stopped, killed]) pid.cast.note(1);
      const waiting = policy === "dropOldest" ? killed.call.seen() : undefined;
      const answer = waiting?.catch((error) => [error.code, error.handled]);
      killed.exit("kill");
      expect(await killed.down()).toEqual({ kind: "killed" });
      if (answer !== undefined) expect(await answer).toEqual(["ERR_EXITED", "no"]);
      const stopping = stopped.stop();
      open();
      await stopping;
      expect(await stopped.down()).toEqual({ kind: "normal" });
      expect(killed.call.seen().catch((error) => error.code)).resolves.toBe("ERR_NOPROC");
    },
  );

  it("dropOldest refuses what comes when nothing of what waits may be shed", async () => {
    await using system = testSystem();
    const { Blocked, open } = blocked({ capacity: 1, policy: "dropOldest" });
    const pid = await system.start(Blocked);
    pid.cast.block();
    await system.settle();
    const stopping = pid.stop();
    pid.cast.note(1);
    await expect(pid.call.seen()).rejects.toMatchObject({ code: "ERR_OVERLOADED", handled: "no" });
    expect(system.deadLetters).toMatchObject([{ why: "overloaded", message: 1 }]);
    open();
    await stopping;
  });

  it("SF22 an actor that tells, calls or sends to a full mailbox is not harmed by it", async () => {
    await using system = testSystem();
    const { Blocked, open } = blocked({ capacity: 1, policy: "reject" });
    const full = await system.start(Blocked);
    full.cast.block();
    await system.settle();
    full.cast.note(1);
    const Sender = defineActor({
      init: () => 0,
      calls: {
        floods: async (n) => {
          full.cast.note(2);
          full.send("three" as never);
          return reply(await full.call.seen().catch((error) => error.code), n);
        },
      },
    });
    const sender = await system.start(Sender);
    expect(await sender.call.floods()).toBe("ERR_OVERLOADED");
    expect(await sender.call.floods()).toBe("ERR_OVERLOADED");
    expect(system.crashes).toEqual([]);
    open();
  });

  it("tells of each mark once in the life of a process", async () => {
    await using system = testSystem();
    const told: number[] = [];
    system.telemetry.on("mailbox:high", ({ queued }) => told.push(queued));
    const { Blocked, open } = blocked({ highWater: 3 });
    const pid = await system.start(Blocked);
    open();
    for (const flood of [1, 2]) {
      for (let i = 0; i < 5; i += 1) pid.cast.note(flood);
      await system.settle();
    }
    expect(told).toEqual([3]);
  });

  it("counts every dead letter, also those that nobody listened to", async () => {
    await using system = createSystem({ logger: false });
    const { Blocked, open } = blocked({ capacity: 1, policy: "reject" });
    const pid = await system.start(Blocked);
    pid.cast.block();
    await pid.call.seen().catch(() => undefined);
    const unheard = defineActor({ init: () => 0 });
    const dead = await system.start(unheard);
    dead.exit("kill");
    await dead.down();
    for (let i = 0; i < 3; i += 1) dead.send("unheard" as never);
    const counts: unknown[] = [];
    system.telemetry.on("message:dead", ({ why, count }) => counts.push([why, count]));
    dead.send("heard" as never);
    open();
    pid.exit("kill");
    await pid.down();
    pid.cast.note(1);
    expect(counts).toEqual([
      ["dead", 4],
      ["dead", 5],
    ]);
  });

  it("never sheds signals and downs", async () => {
    await using system = testSystem();
    const { Blocked, open } = blocked({ capacity: 1, policy: "reject" });
    const Watching = defineActor({ init: () => 0 });
    const victim = await system.start(Watching);
    const pid = await system.start(Blocked);
    const { kernelOf } = await import("../../src/actors/system.ts");
    const { monitor } = await import("../../src/actors/links.ts");
    const { processOf } = await import("../../src/actors/process.ts");
    monitor(processOf(pid), processOf(victim), victim);
    expect(kernelOf(system).zombies).toBe(0);
    pid.cast.block();
    await system.settle();
    pid.cast.note(1);
    victim.exit("kill");
    await system.settle();
    open();
    await system.settle();
    expect(await pid.call.seen()).toEqual([1, -1]);
  });
});
