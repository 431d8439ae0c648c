import { createServer, type Server } from "node:net";
import { createSystem, defineActor, reply, stop, supervisor } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

describe("6 · ownership", () => {
  const log: string[] = [];
  const Owner = defineActor({
    name: "owner",
    init: (log: string[], self) => {
      for (const name of ["first", "second", "third"]) self.own(name, (one) => void log.push(one));
      return 0;
    },
    casts: {
      quit: (n) => stop("normal", n),
      crash: (): number => {
        throw new Error("boom");
      },
    },
  });

  it.each(["quit", "crash", "kill"] as const)("closes what it owned, last first, on %s", async (how) => {
    await using system = testSystem();
    const closed: string[] = [];
    const owner = await system.start(Owner, closed);
    if (how === "kill") owner.exit("kill");
    else owner.cast[how]();
    await owner.down();
    await system.settle();
    expect(closed).toEqual(["third", "second", "first"]);
  });

  it("closes after a failed init", async () => {
    await using system = testSystem();
    const Failing = defineActor({
      init: (_: void, self): number => {
        self.own("half", (one) => void log.push(one));
        throw new Error("no");
      },
    });
    await expect(system.start(Failing)).rejects.toMatchObject({ code: "ERR_START_FAILED" });
    await system.settle();
    expect(log).toEqual(["half"]);
  });

  it("a closer that throws does not keep the others from running, and is told", async () => {
    await using system = testSystem();
    const closed: string[] = [];
    const failed: unknown[] = [];
    system.telemetry.on("cleanup:failed", ({ error }) => failed.push(error));
    const Bad = defineActor({
      init: (_: void, self) => {
        self.own("one", (one) => void closed.push(one));
        self.own("two", () => Promise.reject(new Error("cannot close")));
        self.own("three", () => {
          throw new Error("will not close");
        });
      },
    });
    const bad = await system.start(Bad);
    bad.exit("kill");
    await bad.down();
    await system.settle();
    expect(closed).toEqual(["one"]);
    expect(failed).toMatchObject([{ message: "will not close" }, { message: "cannot close" }]);
  });

  it("gives a closer that hangs no more than its grace, then says so", async () => {
    await using system = testSystem();
    const failed: string[] = [];
    system.telemetry.on("cleanup:failed", ({ error }) => failed.push((error as Error).message));
    const Hanging = defineActor({
      init: (_: void, self) => void self.own("x", () => new Promise(() => undefined)),
    });
    const hanging = await system.start(Hanging);
    const over = hanging.stop();
    await system.advance(4_999);
    expect(failed).toEqual([]);
    await system.advance(1);
    await over;
    expect(failed).toEqual(["a closer did not settle within 5000 ms and is not waited for"]);
  });

  it("closes at once what is owned after the end", async () => {
    await using system = testSystem();
    const closed: string[] = [];
    let self: import("troupe").Self | undefined;
    const Plain = defineActor({ init: (_: void, own) => void (self = own) });
    const plain = await system.start(Plain);
    await plain.stop();
    self?.own("late", (one) => void closed.push(one));
    expect(closed).toEqual(["late"]);
  });

  it("a closer may ask and tell others, also while a handler of its process runs on detached", async () => {
    await using system = testSystem();
    const Ledger = defineActor({
      init: () => 0,
      calls: { giveBack: (n) => reply(n + 1, n + 1) },
      casts: { note: (n) => n + 10 },
    });
    const ledger = await system.start(Ledger);
    const Borrower = defineActor({
      init: (_: void, self) =>
        void self.own(ledger, async (one) => {
          one.cast.note();
          await one.call.giveBack();
        }),
      casts: { hang: () => new Promise<void>(() => undefined) },
    });
    const failed: unknown[] = [];
    system.telemetry.on("cleanup:failed", ({ error }) => failed.push(error));
    const borrower = await system.start(Borrower);
    borrower.cast.hang();
    await system.settle();
    borrower.exit("kill");
    await system.settle();
    expect(failed).toEqual([]);
    expect(await ledger.call.giveBack()).toBe(12);
  });

  it("frees a real port before the restart", async () => {
    await using system = createSystem({ logger: false });
    let port = 0;
    const Listening = defineActor({
      name: "listening",
      init: async (_: void, self) => {
        const server = await listen(port);
        self.own(server, (one) => new Promise<void>((closed) => one.close(() => closed())));
        port = (server.address() as { readonly port: number }).port;
        return { port };
      },
      calls: {
        port: (s) => reply(s.port, s),
        crash: () => {
          throw new Error("boom");
        },
      },
    });
    const app = await system.start(supervisor({ strategy: "oneForOne", children: [Listening] }));
    const restarted = new Promise((done) => system.telemetry.on("child:restarted", done));
    const [before] = await app.call.whichChildren();
    (before!.pid as import("troupe").Pid).exit(new Error("boom"));
    await restarted;
    const [after] = await app.call.whichChildren();
    const pid = after?.pid as unknown as import("troupe").Pid<typeof Listening>;
    expect(await pid.call.port()).toBe(port);
    expect(pid).not.toBe(before?.pid);
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((listening, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => listening(server));
  });
}
