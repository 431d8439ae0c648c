import type { StandardSchemaV1 } from "@standard-schema/spec";
import { accepts, createSystem, defineActor, reply } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const Recorder = defineActor({
  name: "recorder",
  init: (): readonly unknown[] => [],
  calls: {
    note: (seen, what: unknown) => reply(seen.length, [...seen, what]),
    seen: (seen) => reply(seen, seen),
  },
  casts: { tell: (seen, what: unknown) => [...seen, what] },
  info: (seen, message: string) => [...seen, message],
});

describe("1 · order", () => {
  it("P1 G19 keeps calls, casts and messages of several senders in the order in which they were sent", async () => {
    await using system = createSystem({ logger: false });
    const recorder = await system.start(Recorder);
    recorder.cast.tell(1);
    void recorder.call.note(2);
    recorder.send("3");
    recorder.cast.tell(4);
    expect(await recorder.call.seen()).toEqual([1, 2, "3", 4]);
  });

  it("keeps the order of one sender whatever the seed", async () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      await using system = testSystem({ seed });
      const recorder = await system.start(Recorder);
      for (const name of ["a", "b"]) {
        system.spawn(() => {
          for (let i = 0; i < 5; i += 1) recorder.send(`${name}${i}`);
        });
      }
      await system.settle();
      const seen = (await recorder.call.seen()) as readonly string[];
      for (const name of ["a", "b"]) {
        expect(seen.filter((one) => one.startsWith(name))).toEqual([0, 1, 2, 3, 4].map((i) => `${name}${i}`));
      }
    }
  });

  it("never runs a receiver inside send, cast or call", async () => {
    await using system = createSystem({ logger: false });
    const log: string[] = [];
    const Loud = defineActor({
      init: () => 0,
      calls: { ask: (n) => (log.push("call"), reply(n, n)) },
      casts: { tell: (n) => (log.push("cast"), n) },
      info: (n) => (log.push("info"), n),
    });
    const loud = await system.start(Loud);
    loud.send("x");
    loud.cast.tell();
    const answer = loud.call.ask();
    log.push("sender goes on");
    await answer;
    expect(log).toEqual(["sender goes on", "info", "cast", "call"]);
  });

  describe("a schema at the door", () => {
    const Checked = defineActor({
      name: "checked",
      init: () => 0,
      calls: { add: accepts(z.coerce.number(), (sum, by) => reply(sum + by, sum + by)) },
      casts: { set: accepts(z.number(), (_sum, to) => to) },
    });

    it("hands the handler what the schema parsed", async () => {
      await using system = createSystem({ logger: false });
      const checked = await system.start(Checked);
      expect(await checked.call.add("2")).toBe(2);
    });

    it("rejects a call with the schema's issues and makes a dead letter of a cast; nobody crashes", async () => {
      await using system = testSystem();
      const checked = await system.start(Checked);
      await expect(checked.call.add("two")).rejects.toMatchObject({
        code: "ERR_BAD_MESSAGE",
        handled: "no",
        issues: [expect.objectContaining({ message: expect.any(String) })],
      });
      checked.cast.set("two" as never);
      await system.settle();
      expect(system.deadLetters).toMatchObject([{ kind: "cast", why: "badMessage", message: "two" }]);
      expect(await checked.call.add(0)).toBe(0);
    });

    it("runs in the sender's turn", async () => {
      await using system = createSystem({ logger: false });
      const log: string[] = [];
      const Watched = defineActor({
        init: () => 0,
        calls: {
          ask: accepts(
            z.custom(() => log.push("schema") > 0),
            (n) => (log.push("handler"), reply(n, n)),
          ),
        },
      });
      const watched = await system.start(Watched);
      const answer = watched.call.ask("x");
      log.push("sender goes on");
      await answer;
      expect(log).toEqual(["schema", "sender goes on", "handler"]);
    });

    it("is refused when it is asynchronous, and its late failure harms nobody", async () => {
      await using system = createSystem({ logger: false });
      const slow: StandardSchemaV1<string> = {
        "~standard": { version: 1, vendor: "mine", validate: () => Promise.reject(new Error("late")) },
      };
      const Late = defineActor({ init: () => 0, calls: { ask: accepts(slow, (n: number) => reply(n, n)) } });
      const late = await system.start(Late);
      await expect(late.call.ask("x")).rejects.toMatchObject({ code: "ERR_ASYNC_SCHEMA", handled: "no" });
    });

    it("that throws rejects the call", async () => {
      await using system = createSystem({ logger: false });
      const broken: StandardSchemaV1<string> = {
        "~standard": {
          version: 1,
          vendor: "mine",
          validate: () => {
            throw new Error("broken schema");
          },
        },
      };
      const Broken = defineActor({
        init: () => 0,
        calls: { ask: accepts(broken, (n: number) => reply(n, n)) },
      });
      const actor = await system.start(Broken);
      await expect(actor.call.ask("x")).rejects.toMatchObject({ code: "ERR_BAD_MESSAGE", handled: "no" });
    });
  });
});
