import { defineActor, type Exit, type Pid, reply } from "troupe";
import { probe, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

const Plain = defineActor({
  name: "plain",
  init: (): readonly string[] => [],
  calls: { seen: (seen) => reply(seen, seen) },
  info: (seen, message: string) => [...seen, message],
});

interface Log {
  readonly seen: readonly string[];
  readonly ended: (why: string) => void;
}
const Trapping = defineActor({
  name: "trapping",
  init: (ended: (why: string) => void): Log => ({ seen: [], ended }),
  calls: { seen: (log) => reply(log.seen, log) },
  info: (log, message: string) => ({ ...log, seen: [...log.seen, message] }),
  exit: (log, exit: Exit) => ({ ...log, seen: [...log.seen, `exit ${exit.reason.kind}`] }),
  terminate: (log, reason) => log.ended(`${log.seen.join(",")} then ${reason.kind}`),
});

const ignored = (): void => undefined;

describe("2 · signals", () => {
  it("P3 an exit signal acts before messages that were sent earlier", async () => {
    await using system = testSystem();
    const letters: unknown[] = [];
    const plain = await system.start(Plain);
    system.telemetry.on("message:dead", ({ message }) => letters.push(message));
    plain.send("unread");
    plain.exit(new Error("boom"));
    expect(await plain.down()).toMatchObject({ kind: "error" });
    await system.settle();
    expect(letters).toEqual(["unread"]);
  });

  it("acts while a handler awaits, and detaches it", async () => {
    await using system = testSystem();
    let release = ignored;
    const Busy = defineActor({
      init: () => 0,
      calls: { wait: async (n) => (await new Promise<void>((go) => (release = go)), reply(n, n)) },
    });
    const busy = await system.start(Busy);
    const answer = busy.call.wait().catch((error) => [error.code, error.handled]);
    await system.settle();
    busy.exit(new Error("boom"));
    expect(await busy.down()).toMatchObject({ kind: "error" });
    expect(await answer).toEqual(["ERR_EXITED", "unknown"]);
    release();
    await system.settle();
  });

  it("P4 a trapping process gets it as a message, in the place where it was sent", async () => {
    await using system = testSystem();
    const trapping = await system.start(Trapping, ignored);
    trapping.send("before");
    trapping.exit("shutdown");
    trapping.send("after");
    expect(await trapping.call.seen()).toEqual(["before", "exit shutdown", "after"]);
  });

  it("P5 normal from another process does nothing without trapping, and is a message with it", async () => {
    await using system = testSystem();
    const plain = await system.start(Plain);
    const trapping = await system.start(Trapping, ignored);
    plain.exit("normal");
    trapping.exit("normal");
    expect(await plain.call.seen()).toEqual([]);
    expect(await trapping.call.seen()).toEqual(["exit normal"]);
  });

  it("P5 normal from itself ends a process, and is a message from itself where it traps", async () => {
    await using system = testSystem();
    const plain = system.spawn(async (self) => {
      self.pid.exit("normal");
      await self.receive();
    });
    const received: unknown[] = [];
    const trapping = system.spawn(async (self) => {
      self.trapExit(true);
      self.pid.exit("normal");
      received.push(await self.receive());
    });
    await system.settle();
    expect(await plain.down()).toEqual({ kind: "normal" });
    expect(received).toEqual([{ type: "exit", pid: trapping, reason: { kind: "normal" } }]);
  });

  it("P6 a kill cannot be trapped, and links of the killed see killed, which can", async () => {
    await using system = testSystem();
    const ends: string[] = [];
    const watcher = probe(system);
    const trapping = await system.start(Trapping, (why) => ends.push(why));
    watcher.self.link(trapping);
    trapping.exit("kill");
    expect(await watcher.next()).toMatchObject({ type: "exit", reason: { kind: "killed" } });
    expect(ends).toEqual([]);
  });

  it("a kill acts when it is delivered, not inside exit", async () => {
    await using system = testSystem();
    const plain = await system.start(Plain);
    const answer = plain.call.seen().then(
      () => "answered",
      () => "rejected",
    );
    plain.exit("kill");
    let dead = false;
    void plain.down().then(() => (dead = true));
    expect(dead).toBe(false);
    expect(await answer).toBe("rejected");
    expect(await plain.down()).toEqual({ kind: "killed" });
  });

  it("looks at trapping when the signal is delivered", async () => {
    await using system = testSystem();
    const Switching = defineActor({
      init: () => 0,
      casts: { trap: (n, on: boolean, self) => (self.trapExit(on), n) },
      info: (n) => n + 1,
      calls: { seen: (n) => reply(n, n) },
    });
    const switching = await system.start(Switching);
    switching.cast.trap(true);
    await system.settle();
    switching.exit("shutdown");
    expect(await switching.call.seen()).toBe(1);
    switching.cast.trap(false);
    await system.settle();
    switching.exit("shutdown");
    expect(await switching.down()).toEqual({ kind: "shutdown" });
  });

  it("G25 G27 its parent's exit goes to terminate, after what came before", async () => {
    await using system = testSystem();
    const ends: string[] = [];
    const Parent = defineActor({
      init: async (_: void, self) => ({ child: await self.start(Trapping, (why: string) => ends.push(why)) }),
      calls: { child: (s) => reply(s.child, s) },
      casts: { quit: (_s, _: void, self) => self.exit("shutdown") },
    });
    const parent = await system.start(Parent);
    const child = await parent.call.child();
    parent.cast.quit();
    child.send("last words");
    await child.down();
    expect(ends).toEqual(["last words then shutdown"]);
  });

  it("P10 linking to the dead ends the linking process with noproc, or comes as an exit", async () => {
    await using system = testSystem();
    const dead = await system.start(Plain);
    await dead.stop();
    const linking = system.spawn((self) => self.link(dead));
    expect(await linking.down()).toEqual({ kind: "noproc" });
    const trapping = probe(system);
    trapping.self.link(dead);
    expect(await trapping.next()).toMatchObject({ type: "exit", reason: { kind: "noproc" } });
  });

  it("P9 two links are one link; P12 two monitors are two downs", async () => {
    await using system = testSystem();
    const watcher = probe(system);
    const plain = await system.start(Plain);
    watcher.self.link(plain);
    watcher.self.link(plain);
    const refs = [watcher.self.monitor(plain), watcher.self.monitor(plain)];
    plain.exit("shutdown");
    await system.settle();
    const kinds = watcher.messages.map((message) => (message as { type: string }).type);
    expect(kinds.sort()).toEqual(["down", "down", "exit"]);
    const got = watcher.messages.filter(
      (m): m is { type: "down"; ref: never } & never => (m as { type: string }).type === "down",
    );
    expect(new Set(got.map(({ ref }) => ref))).toEqual(new Set(refs));
  });

  it("P15 a monitor never ends its process, and is gone with it", async () => {
    await using system = testSystem();
    const plain = await system.start(Plain);
    const seen: string[] = [];
    const watching = system.spawn(async (self) => {
      self.monitor(plain);
      const down = await self.receive();
      seen.push((down as { readonly type: string }).type);
      self.monitor(await self.system.start(Plain));
    });
    await system.settle();
    plain.exit(new Error("boom"));
    expect(await watching.down()).toEqual({ kind: "normal" });
    expect(seen).toEqual(["down"]);
    await system.settle();
    expect(system.deadLetters).toEqual([]);
  });

  it("P16 a linked process and one that monitors both hear of the same death, in no promised order", async () => {
    for (const seed of [1, 2, 3, 4]) {
      await using system = testSystem({ seed });
      const plain = await system.start(Plain);
      const heard: string[] = [];
      const hear = (tie: "link" | "monitor") =>
        system.spawn(async (self) => {
          self.trapExit(true);
          self[tie](plain);
          heard.push((await self.receive<Exit>((message): message is Exit => message !== "x")).reason.kind);
        });
      const both = [hear("link"), hear("monitor")];
      await system.settle();
      plain.exit("kill");
      await Promise.all(both.map((pid) => pid.down()));
      expect(heard).toEqual(["killed", "killed"]);
    }
  });

  it("P26 trapExit answers what it was", async () => {
    await using system = testSystem();
    const answers: boolean[] = [];
    const switching = system.spawn((self) => {
      answers.push(self.trapExit(true), self.trapExit(false), self.trapExit(true));
    });
    await switching.down();
    expect(answers).toEqual([false, true, false]);
  });

  it("P2 ends with normal by returning, with what it threw by throwing, with its reason by exit", async () => {
    await using system = testSystem();
    const boom = new Error("boom");
    const fall = (thrown: unknown) => (): never => {
      throw thrown;
    };
    const ends = [
      system.spawn(() => undefined),
      system.spawn(fall(boom)),
      system.spawn(fall("ball")),
      system.spawn((self) => self.exit({ kind: "shutdown", detail: "x" })),
    ];
    expect(await Promise.all(ends.map((pid) => pid.down()))).toEqual([
      { kind: "normal" },
      { kind: "error", error: boom },
      { kind: "error", error: "ball" },
      { kind: "shutdown", detail: "x" },
    ]);
  });

  it("P7 a process that itself exits with killed is no kill: its links get a reason that can be trapped", async () => {
    await using system = testSystem();
    const seen: unknown[] = [];
    const trapping = system.spawn(async (self) => {
      self.trapExit(true);
      const child = self.spawn((other) => other.exit({ kind: "killed" }));
      const exit = await self.receive<Exit>((message): message is Exit => message !== "x");
      seen.push([exit.pid === child, exit.reason.kind]);
    });
    expect(await trapping.down()).toEqual({ kind: "normal" });
    expect(seen).toEqual([[true, "killed"]]);
  });

  it("P11 unlinking leaves an exit that is in the mailbox where it is", async () => {
    await using system = testSystem();
    const seen: string[] = [];
    let go = ignored;
    const other: Pid = system.spawn(async (self) => void (await self.receive()));
    system.spawn(async (self) => {
      self.trapExit(true);
      self.link(other);
      await new Promise<void>((resume) => (go = resume));
      self.unlink(other);
      seen.push(((await self.receive()) as Exit).reason.kind);
    });
    await system.settle();
    other.exit("shutdown");
    await system.settle();
    go();
    await system.settle();
    expect(seen).toEqual(["shutdown"]);
  });

  it("P13 monitoring the dead gives a down with noproc", async () => {
    await using system = testSystem();
    const plain = await system.start(Plain);
    await plain.stop();
    const watcher = probe(system);
    watcher.self.monitor(plain);
    expect(await watcher.next()).toMatchObject({ type: "down", reason: { kind: "noproc" } });
  });

  it("P14 a monitor on oneself is not active, and gives no down", async () => {
    await using system = testSystem();
    const active: boolean[] = [];
    const lonely = system.spawn(async (self) => {
      active.push(self.demonitor(self.monitor(self.pid)));
      self.monitor(self.pid);
      await self.receive();
    });
    await system.settle();
    expect(active).toEqual([false]);
    lonely.exit("kill");
    expect(await lonely.down()).toEqual({ kind: "killed" });
    await system.settle();
    expect(system.deadLetters).toEqual([]);
  });

  it("P14 demonitor tells whether it was active, and flush drops a down that waits", async () => {
    await using system = testSystem();
    const plain = await system.start(Plain);
    const results: boolean[] = [];
    let go = ignored;
    const received: unknown[] = [];
    system.spawn(async (self) => {
      const first = self.monitor(plain);
      const second = self.monitor(plain);
      results.push(self.demonitor(first));
      await new Promise<void>((resume) => (go = resume));
      results.push(self.demonitor(second, { flush: true }));
      self.send("end");
      received.push(await self.receive());
    });
    await system.settle();
    plain.exit("kill");
    await system.settle();
    go();
    await system.settle();
    expect(results).toEqual([true, false]);
    expect(received).toEqual(["end"]);
  });
});
