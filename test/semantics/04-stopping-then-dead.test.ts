import {
  type CallSelf,
  createRegistry,
  defineActor,
  dynamicSupervisor,
  type From,
  noReply,
  reply,
  stop,
} from "troupe";
import { probe, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { gate } from "./gate.ts";

describe("4 · stopping", () => {
  it("rejects queued and new calls at once, and makes dead letters of casts", async () => {
    await using system = testSystem();
    const door = gate();
    const Leaving = defineActor({
      name: "leaving",
      init: () => 0,
      casts: { quit: (n) => stop("shutdown", n), note: (n) => n },
      calls: { ask: (n) => reply(n, n) },
      terminate: () => door.opened,
    });
    const leaving = await system.start(Leaving);
    leaving.cast.quit();
    const queued = leaving.call.ask().catch((error) => [error.code, error.handled, error.reason.kind]);
    leaving.cast.note();
    await system.settle();
    expect(await queued).toEqual(["ERR_EXITED", "no", "shutdown"]);
    const fresh = leaving.call.ask().catch((error) => [error.code, error.handled, error.reason.kind]);
    expect(await fresh).toEqual(["ERR_EXITED", "no", "shutdown"]);
    expect(system.deadLetters).toMatchObject([{ kind: "cast", why: "stopping" }]);
    door.open();
    expect(await leaving.down()).toEqual({ kind: "shutdown" });
  });

  it("P27 hides the process from lookups, while its unique name stays taken", async () => {
    await using system = testSystem();
    const door = gate();
    const names = createRegistry(system, { keys: "unique" });
    const Leaving = defineActor({
      init: () => 0,
      casts: { quit: (n) => stop("normal", n) },
      terminate: () => door.opened,
    });
    const leaving = await system.start(Leaving);
    const other = await system.start(Leaving);
    names.register("desk", leaving);
    leaving.cast.quit();
    await system.settle();
    expect(names.whereis("desk")).toBeUndefined();
    expect(names.lookup("desk")).toEqual([]);
    expect(names.register("desk", other)).toMatchObject({ ok: false });
    door.open();
    await leaving.down();
    expect(names.register("desk", other)).toMatchObject({ ok: true });
  });

  it("lets terminate answer a call that was handed out", async () => {
    await using system = testSystem();
    const Polite = defineActor({
      init: (): { readonly waiting: From<string> | undefined } => ({ waiting: undefined }),
      calls: { ask: (_s, _: void, self: CallSelf<string>) => noReply({ waiting: self.from }) },
      casts: { quit: (s) => stop("normal", s) },
      terminate: (s) => s.waiting?.reply("closing time"),
    });
    const polite = await system.start(Polite);
    const answer = polite.call.ask();
    polite.cast.quit();
    expect(await answer).toBe("closing time");
  });

  it("G15 a reply with a stop: terminate first, then the reply, then the exit", async () => {
    await using system = testSystem();
    const log: string[] = [];
    const Last = defineActor({
      init: () => 0,
      calls: { ask: (n) => reply("bye", stop("normal", n)) },
      terminate: () => void log.push("terminate"),
    });
    const last = await system.start(Last);
    void last.down().then(() => log.push("down"));
    await last.call.ask().then(() => log.push("reply"));
    await system.settle();
    expect(log).toEqual(["terminate", "reply", "down"]);
  });

  it("a reply with a stop goes out, too, when terminate is given up", async () => {
    await using system = testSystem();
    const Last = defineActor({
      init: () => 0,
      calls: { ask: (n) => reply("bye", stop("normal", n)) },
      terminate: () => new Promise(() => undefined),
    });
    const app = await system.start(dynamicSupervisor());
    const last = await app.call.startChild(Last.child(undefined, { restart: "temporary", shutdownMs: 100 }));
    const answer = last.call.ask();
    await system.advance(100);
    expect(await answer).toBe("bye");
    expect(await last.down()).toEqual({ kind: "normal" });
  });

  it.each([
    ["a stop", (a: Ending) => a.cast.quit()],
    ["a throw", (a: Ending) => a.cast.crash()],
    ["self.exit", (a: Ending) => a.cast.leave()],
    ["pid.stop()", (a: Ending) => void a.stop().catch(() => undefined)],
  ])("G24 terminate runs on %s", async (_why, end) => {
    await using system = testSystem();
    const { Actor, log } = ending();
    const pid = await system.start(Actor);
    end(pid);
    await pid.down();
    expect(log).toEqual(["terminate"]);
  });

  it.each([
    ["a kill", (a: Ending) => a.exit("kill")],
    ["another's exit signal", (a: Ending) => a.exit("shutdown")],
  ])("G24 terminate does not run on %s", async (_why, end) => {
    await using system = testSystem();
    const { Actor, log } = ending();
    const pid = await system.start(Actor);
    end(pid);
    await pid.down();
    expect(log).toEqual([]);
  });

  it("G28 a terminate that throws gives the reason", async () => {
    await using system = testSystem();
    const Bad = defineActor({
      init: () => 0,
      casts: { quit: (n) => stop("normal", n) },
      terminate: () => {
        throw new Error("in terminate");
      },
    });
    const bad = await system.start(Bad);
    bad.cast.quit();
    expect(await bad.down()).toMatchObject({ kind: "error", error: { message: "in terminate" } });
  });
});

describe("4 · dead, in one turn", () => {
  it("RF16 names are gone before anyone hears of the death", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const Plain = defineActor({ init: () => 0 });
    const found: unknown[] = [];
    const pid = await system.start(Plain);
    names.register("desk", pid);
    const Watcher = defineActor({
      init: (_: void, self) => void self.monitor(pid),
      down: () => void found.push(names.whereis("desk")),
    });
    await system.start(Watcher);
    void pid.down().then(() => found.push(names.whereis("desk")));
    pid.exit("kill");
    await system.settle();
    expect(found).toEqual([undefined, undefined]);
  });

  it("rejects open calls, then signals links and monitors; abort listeners and closers come last", async () => {
    await using system = testSystem();
    const log: string[] = [];
    const Owner = defineActor({
      init: (_: void, self) => {
        self.own("file", () => void log.push("closer"));
        self.signal.addEventListener("abort", () => log.push("abort"));
      },
      calls: { hang: (_s, _: void, _self: CallSelf<string>) => noReply(undefined) },
    });
    const owner = await system.start(Owner);
    void owner.call.hang().catch(() => log.push("caller"));
    const Watcher = defineActor({
      init: (_: void, self) => void self.monitor(owner),
      down: () => void log.push("down"),
    });
    await system.start(Watcher);
    await system.settle();
    owner.exit("kill");
    await system.settle();
    expect(log.indexOf("abort")).toBeLessThan(log.indexOf("closer"));
    expect([...log].sort()).toEqual(["abort", "caller", "closer", "down"]);
  });

  it("cancels timers", async () => {
    await using system = testSystem();
    const sink = probe<string>(system);
    const Ticking = defineActor({
      init: (_: void, self) => {
        self.every(10, "tick");
        self.sendAfter(10, "once");
      },
      info: (_s, message: string) => sink.pid.send(message),
    });
    const ticking = await system.start(Ticking);
    await system.advance(10);
    expect(sink.messages).toHaveLength(2);
    ticking.exit("kill");
    await system.advance(100);
    expect(sink.messages).toHaveLength(2);
  });

  it("G11 a call to the dead rejects with noproc, and nothing was handled", async () => {
    await using system = testSystem();
    const Plain = defineActor({ init: () => 0, calls: { ask: (n) => reply(n, n) } });
    const pid = await system.start(Plain);
    await pid.stop();
    await expect(pid.call.ask()).rejects.toMatchObject({ code: "ERR_NOPROC", handled: "no" });
  });
});

type Ending = Awaited<ReturnType<typeof start>>;
declare function start(): Promise<import("troupe").Pid<ReturnType<typeof ending>["Actor"]>>;

function ending() {
  const log: string[] = [];
  const Actor = defineActor({
    init: () => 0,
    casts: {
      quit: (n) => stop("normal", n),
      crash: (): number => {
        throw new Error("boom");
      },
      leave: (_n, _: void, self): number => self.exit("shutdown"),
    },
    terminate: () => void log.push("terminate"),
  });
  return { Actor, log };
}
