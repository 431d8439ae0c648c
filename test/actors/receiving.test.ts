import type { BareSelf } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const isNumber = (message: unknown): message is number => typeof message === "number";

/** Spawns `run`, gives it `messages`, and answers what it returned. */
async function received<T>(messages: readonly unknown[], run: (self: BareSelf) => Promise<T>): Promise<T> {
  await using system = testSystem();
  return await new Promise<T>((settle, failed) => {
    const pid = system.spawn<unknown>((self) => run(self).then(settle, failed));
    for (const message of messages) pid.send(message);
    void system.settle();
  });
}

describe("receive", () => {
  it("takes the oldest when nothing is said", async () => {
    expect(await received(["a", "b"], (self) => self.receive())).toBe("a");
  });

  it("takes the first that fits, and leaves the rest in their order", async () => {
    const got = await received(["a", 1, "b", 2], async (self) => [
      await self.receive(isNumber),
      await self.receive(isNumber),
      await self.receive(),
      await self.receive(),
    ]);
    expect(got).toEqual([1, 2, "a", "b"]);
  });

  it("takes what a schema accepts, and gives its output", async () => {
    const got = await received(["a", { n: "7" }], (self) => self.receive(z.object({ n: z.coerce.number() })));
    expect(got).toEqual({ n: 7 });
  });

  it("waits for a message that comes later", async () => {
    await using system = testSystem();
    const got: unknown[] = [];
    const pid = system.spawn<string>(async (self) => void got.push(await self.receive()));
    await system.settle();
    expect(got).toEqual([]);
    pid.send("late");
    await system.settle();
    expect(got).toEqual(["late"]);
  });

  it("gives up after timeoutMs, and the next receive works", async () => {
    await using system = testSystem();
    const got: unknown[] = [];
    const pid = system.spawn<string>(async (self) => {
      got.push(await self.receive(isNumber, { timeoutMs: 100 }).catch((error) => error.code));
      got.push(await self.receive());
    });
    pid.send("unfit");
    await system.advance(100);
    expect(got).toEqual(["ERR_RECEIVE_TIMEOUT", "unfit"]);
  });

  it.each([[{ timeout: 5 }], [{ timeoutMs: "5" }], [null]])(
    "refuses %o, and takes nothing",
    async (options) => {
      const got = await received(["a"], async (self) => [
        await self.receive(isNumber, options as object).catch((error) => error.code),
        await self.receive(options as object).catch((error) => error.code),
        await self.receive(),
      ]);
      expect(got).toEqual(["ERR_INVALID_OPTIONS", "ERR_INVALID_OPTIONS", "a"]);
    },
  );

  it("a guard that throws fails its receive and takes the message with it", async () => {
    const got = await received(["bad", "good"], async (self) => [
      await self
        .receive((_message): _message is string => {
          throw new Error("guard");
        })
        .catch((error: Error) => error.message),
      await self.receive(),
    ]);
    expect(got).toEqual(["guard", "good"]);
  });

  it("a second receive while one waits is refused", async () => {
    await using system = testSystem();
    const got: unknown[] = [];
    system.spawn(async (self) => {
      const first = self.receive();
      got.push(
        await Promise.resolve()
          .then(() => self.receive())
          .catch((error) => error.message),
      );
      self.send("x");
      got.push(await first);
    });
    await system.settle();
    expect(got).toEqual([expect.stringContaining("waits in receive already"), "x"]);
  });

  it("the process ends normally when its function returns, and with the error when it throws", async () => {
    await using system = testSystem();
    const fine = system.spawn(() => undefined);
    const bad = system.spawn(() => {
      throw new Error("boom");
    });
    expect(await fine.down()).toEqual({ kind: "normal" });
    expect(await bad.down()).toMatchObject({ kind: "error", error: { message: "boom" } });
  });

  it("stop() ends it at its next receive, in its place among the messages", async () => {
    await using system = testSystem();
    const got: unknown[] = [];
    const pid = system.spawn<string>(async (self) => {
      for (;;) got.push(await self.receive());
    });
    pid.send("before");
    const stopped = pid.stop();
    pid.send("after");
    await stopped;
    expect(got).toEqual(["before"]);
  });
});
