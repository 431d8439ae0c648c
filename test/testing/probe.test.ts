import { describe, expect, expectTypeOf, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Down, Exit } from "../../src/actors/links.ts";
import type { Pid, Speaks } from "../../src/core/pid.ts";
import { isDown, isExit, type Probe, type Probed, probe } from "../../src/testing/probe.ts";
import { testSystem } from "../../src/testing/test-system.ts";

const isNumber = (message: unknown): message is number => typeof message === "number";

describe("probe", () => {
  it("is there at once and writes down what it is sent, in order", async () => {
    await using system = testSystem();
    const post = probe<string>(system);
    for (const letter of ["a", "b", "c"]) post.pid.send(letter);
    await system.settle();
    expect(post.messages).toEqual(["a", "b", "c"]);
  });

  it("takes messages in order, those that do not fit later", async () => {
    await using system = testSystem();
    const post = probe<string | number>(system);
    for (const message of ["a", 1, "b", 2]) post.pid.send(message);
    expect(await post.next(isNumber)).toBe(1);
    expect(await post.next()).toBe("a");
    expect(await post.next((message) => message === 2)).toBe(2);
    expect(await post.next()).toBe("b");
    await post.expectNothing();
    expect(post.messages).toEqual(["a", 1, "b", 2]);
  });

  it("gives each of several waits its own message", async () => {
    await using system = testSystem();
    const post = probe<string | number>(system);
    const waits = Promise.all([post.next(), post.next(isNumber), post.next()]);
    for (const message of ["a", "b", 1]) post.pid.send(message);
    expect(await waits).toEqual(["a", 1, "b"]);
  });

  it("waits for what the system has still to do, not longer", async () => {
    await using system = testSystem();
    const post = probe<string>(system);
    system.spawn(async () => {
      await null;
      post.pid.send("done");
    });
    expect(await post.next()).toBe("done");
    await expect(post.next()).rejects.toMatchObject({
      code: "ERR_RECEIVE_TIMEOUT",
      message: expect.stringMatching(
        /^probe \(pid \d+\) was sent nothing that fits by 0 ms of the clock; nothing else came$/,
      ),
    });
  });

  it("says what came instead", async () => {
    await using system = testSystem();
    const post = probe<unknown>(system);
    post.pid.send("a");
    post.pid.send({ n: 1 });
    await expect(post.next(isNumber)).rejects.toThrow('not taken yet: "a", {"n":1}');
    await expect(post.expectNothing()).rejects.toThrow('was sent what nobody expected: "a", {"n":1}');
    expect(await post.next()).toBe("a");
  });

  it("waits for time to pass when it is told how long", async () => {
    await using system = testSystem();
    const post = probe<string>(system);
    post.self.sendAfter(100, "late");
    const got = post.next(undefined, { timeoutMs: 100 });
    await system.advance(100);
    expect(await got).toBe("late");

    const nothing = post.next(undefined, { timeoutMs: 50 });
    const rejected = expect(nothing).rejects.toMatchObject({ code: "ERR_RECEIVE_TIMEOUT" });
    await system.advance(50);
    await rejected;
    post.pid.send("after that");
    expect(await post.next()).toBe("after that");
  });

  it("hears of links and monitors, and of the dead at once", async () => {
    await using system = testSystem();
    const post = probe(system);
    const [linked, monitored] = [1, 2].map(() => system.spawn(async (self) => void (await self.receive())));
    post.self.link(linked!);
    const ref = post.self.monitor(monitored!);
    linked!.exit(new Error("boom"));
    monitored!.exit("shutdown");
    expect(await post.next(isExit)).toMatchObject({ pid: linked, reason: { error: new Error("boom") } });
    expect(await post.next(isDown)).toMatchObject({ ref, pid: monitored, reason: { kind: "shutdown" } });
    post.self.monitor(monitored!);
    post.self.link(linked!);
    expect((await post.next(isDown)).reason).toEqual({ kind: "noproc" });
    expect((await post.next(isExit)).reason).toEqual({ kind: "noproc" });
    await post.expectNothing();
  });

  it("is the parent of what it starts", async () => {
    await using system = testSystem();
    const post = probe(system);
    const Child = defineActor({
      init: () => 0,
      casts: {
        crash: () => {
          throw new Error("boom");
        },
      },
    });
    const child = await post.self.start(Child);
    child.cast.crash();
    expect(await post.next(isExit)).toMatchObject({ pid: child });
  });

  it("is first to see what it is sent, whatever the seed", async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      await using system = testSystem({ seed });
      const post = probe<number>(system);
      const seen: number[] = [];
      for (let n = 0; n < 5; n += 1) {
        system.spawn(() => {
          seen.push(post.messages.length);
          post.pid.send(n);
        });
      }
      await system.settle();
      expect(seen).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it("types what it is sent", () => {
    type P = Probe<number>;
    expectTypeOf<P["pid"]>().toEqualTypeOf<Pid<Speaks<{}, {}, number>>>();
    expectTypeOf<P["messages"]>().toEqualTypeOf<readonly (number | Down | Exit)[]>();
    const typed = (post: P) => {
      expectTypeOf(post.next(isDown)).toEqualTypeOf<Promise<Down>>();
      expectTypeOf(post.next()).toEqualTypeOf<Promise<Probed<number>>>();
      // @ts-expect-error a probe of numbers is sent numbers
      post.pid.send("a");
    };
    expect(typed).toBeTypeOf("function");
  });
});

describe.each([
  { name: "isDown", is: isDown, type: "down" },
  { name: "isExit", is: isExit, type: "exit" },
])("$name", ({ is, type }) => {
  it.each([
    [{ type }, true],
    [{ type: "other" }, false],
    [null, false],
    [type, false],
    [undefined, false],
  ])("of %j is %s", (message, expected) => {
    expect(is(message)).toBe(expected);
  });
});
