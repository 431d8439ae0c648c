import { debug, defineActor, reply } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

const Echo = defineActor({
  name: "echo",
  init: (_: void) => 0,
  calls: { echo: (n, what: string) => reply(what, n + 1) },
  casts: {
    note: (n, _what: number) => n + 1,
    tell: (n, other: { send(message: never): void }) => (other.send("x" as never), n),
  },
  info: (n) => n,
});

describe("logOf", () => {
  it("SYS3 keeps the last n events, oldest first", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const log = debug(echo).log(4);
    const all = debug(system).log(1_000);
    const usual = debug(echo).log();
    for (let i = 0; i < 10; i += 1) echo.cast.note(i);
    await system.settle();
    expect(all.events()).toHaveLength(30);
    expect(log.events()).toEqual(all.events().slice(-4));
    expect(usual.events()).toEqual(all.events().slice(-10));
  });

  it("SYS3 stays to be read when it was stopped, and when its process is dead", async () => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const [stopped, kept] = [debug(echo).log(), debug(echo).log()];
    echo.cast.note(1);
    await system.settle();
    stopped.stop();
    echo.cast.note(2);
    echo.exit("kill");
    await echo.down();
    expect(stopped.events()).toHaveLength(3);
    expect(kept.events().map(({ type }) => type)).toEqual(["sent", "taken", "handled", "sent", "sent"]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "10"])("refuses to keep %s", async (keep) => {
    await using system = testSystem();
    const echo = await system.start(Echo);
    const refused = expect.objectContaining({ code: "ERR_INVALID_OPTIONS" });
    expect(() => debug(echo).log(keep as number)).toThrow(refused);
    expect(() => debug(system).log(keep as number)).toThrow(refused);
  });
});

describe("countOf", () => {
  it("SYS3 counts messages in and out, and says since when", async () => {
    await using system = testSystem();
    const [echo, other] = [await system.start(Echo), await system.start(Echo)];
    await echo.call.echo("before");
    await system.advance(100);
    const counting = debug(echo).statistics();
    expect(counting.read()).toEqual({ startedAtMs: 100, nowMs: 100, messagesIn: 0, messagesOut: 0 });
    await echo.call.echo("x");
    echo.cast.tell(other);
    echo.cast.tell(echo);
    await system.advance(50);
    // in: the call, two casts, its own message; out: the answer, one to the other, one to itself
    expect(counting.read()).toEqual({ startedAtMs: 100, nowMs: 150, messagesIn: 4, messagesOut: 3 });
    counting.stop();
    await echo.call.echo("after");
    expect(counting.read()).toMatchObject({ messagesIn: 4, messagesOut: 3 });
  });
});
