import { describe, expect, expectTypeOf, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import type { EventName, SystemEvents } from "../../src/telemetry/events.ts";
import { Telemetry } from "../../src/telemetry/telemetry.ts";

const LETTER = { to: "counter (pid 7)", kind: "cast", message: 1, why: "dead", count: 1 } as const;

describe("Telemetry", () => {
  it("TEL2 tells all listeners of exactly one event, in the order in which they came, and nobody else", () => {
    const telemetry = new Telemetry();
    const told: unknown[] = [];
    telemetry.on("message:dead", (letter) => told.push("first", letter));
    telemetry.on("mailbox:high", () => told.push("another event"));
    telemetry.on("message:dead", () => told.push("second"));
    telemetry.emit("message:dead", LETTER);
    expect(told).toEqual(["first", LETTER, "second"]);
  });

  it("TEL2 tells inside the call that emits", () => {
    const telemetry = new Telemetry();
    let told = false;
    telemetry.on("message:dead", () => {
      told = true;
    });
    telemetry.emit("message:dead", LETTER);
    expect(told).toBe(true);
  });

  it("knows whether anybody listens", () => {
    const telemetry = new Telemetry();
    expect(telemetry.heard("message:dead")).toBe(false);
    const offs = [1, 2].map(() => telemetry.on("message:dead", () => undefined));
    expect(telemetry.heard("message:dead")).toBe(true);
    expect(telemetry.heard("mailbox:high")).toBe(false);
    offs[0]!();
    offs[0]!();
    expect(telemetry.heard("message:dead")).toBe(true);
    offs[1]!();
    expect(telemetry.heard("message:dead")).toBe(false);
  });

  it("stops one listening, not another one with the same function", () => {
    const telemetry = new Telemetry();
    const told: unknown[] = [];
    const listener = ({ message }: SystemEvents["message:dead"]): void => void told.push(message);
    const off = telemetry.on("message:dead", listener);
    telemetry.on("message:dead", listener);
    off();
    telemetry.emit("message:dead", LETTER);
    expect(told).toEqual([1]);
  });

  it("tells nothing to a listener that another one has just stopped", () => {
    const telemetry = new Telemetry();
    const told: string[] = [];
    telemetry.on("message:dead", () => off());
    const off = telemetry.on("message:dead", () => told.push("stopped before its turn"));
    telemetry.emit("message:dead", LETTER);
    expect(told).toEqual([]);
  });

  it("tells a listener that comes during an event of the next one", () => {
    const telemetry = new Telemetry();
    const told: string[] = [];
    telemetry.on("message:dead", () => {
      told.push("old");
      if (told.length === 1) telemetry.on("message:dead", () => told.push("new"));
    });
    telemetry.emit("message:dead", LETTER);
    expect(told).toEqual(["old"]);
    telemetry.emit("message:dead", LETTER);
    expect(told).toEqual(["old", "old", "new"]);
  });

  it("SF26 goes on when a listener throws, reports it, and keeps it", () => {
    const telemetry = new Telemetry();
    const [told, failures]: [string[], unknown[]] = [[], []];
    const boom = new Error("boom");
    telemetry.on("listener:failed", (failure) => failures.push(failure));
    telemetry.on("message:dead", () => {
      throw boom;
    });
    telemetry.on("message:dead", () => told.push("next"));
    telemetry.emit("message:dead", LETTER);
    telemetry.emit("message:dead", LETTER);
    expect(told).toEqual(["next", "next"]);
    expect(failures).toEqual([
      { event: "message:dead", error: boom },
      { event: "message:dead", error: boom },
    ]);
  });

  it("reports an asynchronous listener that rejects, and leaves nothing unhandled", async () => {
    const telemetry = new Telemetry();
    const failures: unknown[] = [];
    telemetry.on("listener:failed", (failure) => failures.push(failure));
    telemetry.on("message:dead", async () => {
      await null;
      throw new Error("later");
    });
    telemetry.emit("message:dead", LETTER);
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures).toEqual([{ event: "message:dead", error: new Error("later") }]);
  });

  it("is not harmed by a listener of failures that fails", () => {
    const telemetry = new Telemetry();
    let reports = 0;
    telemetry.on("listener:failed", () => {
      reports += 1;
      throw new Error("again");
    });
    telemetry.on("message:dead", () => {
      throw new Error("boom");
    });
    expect(() => telemetry.emit("message:dead", LETTER)).not.toThrow();
    expect(reports).toBe(1);
  });

  it("TEL2 enters what it was given, once an event, and not when nobody listens", () => {
    let entered = 0;
    const telemetry = new Telemetry((work) => {
      entered += 1;
      return work();
    });
    telemetry.emit("message:dead", LETTER);
    expect(entered).toBe(0);
    for (let i = 0; i < 3; i += 1) telemetry.on("message:dead", () => undefined);
    telemetry.emit("message:dead", LETTER);
    expect(entered).toBe(1);
  });

  describe("attach", () => {
    it("TEL1 refuses a second handler under an id, and leaves the first as it is", () => {
      const telemetry = new Telemetry();
      const told: unknown[] = [];
      expect(telemetry.attach("log", "message:dead", ({ to }) => told.push(to))).toBe(true);
      expect(telemetry.attach("log", "mailbox:high", () => told.push("second"))).toBe(false);
      expect(telemetry.heard("mailbox:high")).toBe(false);
      telemetry.emit("message:dead", LETTER);
      expect(told).toEqual(["counter (pid 7)"]);
    });

    it("TEL1 attaches to many events at once, each once, and says which one it is", () => {
      const telemetry = new Telemetry();
      const told: unknown[] = [];
      telemetry.attach("log", ["message:dead", "lease:late", "message:dead"], (payload, event) =>
        told.push([event, payload]),
      );
      telemetry.emit("lease:late", { pool: "database" });
      telemetry.emit("message:dead", LETTER);
      telemetry.emit("mailbox:high", { pid: {} as Pid, label: "x", queued: 1 });
      expect(told).toEqual([
        ["lease:late", { pool: "database" }],
        ["message:dead", LETTER],
      ]);
    });

    it("TEL1 detaches from all events, frees the id, and says whether anything was there", () => {
      const telemetry = new Telemetry();
      let told = 0;
      const attach = () => telemetry.attach("log", ["message:dead", "lease:late"], () => void (told += 1));
      attach();
      expect([telemetry.detach("log"), telemetry.detach("log"), telemetry.detach("other")]).toEqual([
        true,
        false,
        false,
      ]);
      telemetry.emit("message:dead", LETTER);
      expect([told, telemetry.heard("lease:late"), telemetry.handlers()]).toEqual([0, false, []]);
      expect(attach()).toBe(true);
    });

    it("TEL1 lists handlers by the beginning of an event's name", () => {
      const telemetry = new Telemetry();
      telemetry.on("process:crashed", () => undefined);
      telemetry.attach("a", ["process:started", "lease:late"], () => undefined);
      telemetry.attach("b", "process:exited", () => undefined);
      const [a, b] = [
        { id: "a", events: ["process:started", "lease:late"] },
        { id: "b", events: ["process:exited"] },
      ];
      expect(telemetry.handlers()).toEqual([a, b]);
      expect(telemetry.handlers("process:")).toEqual([a, b]);
      expect(telemetry.handlers("lease:")).toEqual([a]);
      expect(telemetry.handlers("pool:")).toEqual([]);
    });

    it("TEL3 a handler that throws is detached from all its events and reported; the emitter goes on", () => {
      const telemetry = new Telemetry();
      const [told, failures]: [string[], unknown[]] = [[], []];
      const boom = new Error("boom");
      telemetry.on("listener:failed", (failure) => failures.push(failure));
      telemetry.attach("bad", ["message:dead", "lease:late"], () => {
        told.push("bad");
        throw boom;
      });
      telemetry.attach("good", "message:dead", () => void told.push("good"));
      expect(() => telemetry.emit("message:dead", LETTER)).not.toThrow();
      telemetry.emit("message:dead", LETTER);
      telemetry.emit("lease:late", { pool: "database" });
      expect(told).toEqual(["bad", "good", "good"]);
      expect(failures).toEqual([{ event: "message:dead", error: boom, id: "bad", detached: true }]);
      expect(telemetry.handlers().map(({ id }) => id)).toEqual(["good"]);
    });

    it("TEL3 a handler that rejects is detached, and not who has its id by then", async () => {
      const telemetry = new Telemetry();
      const failures: unknown[] = [];
      telemetry.on("listener:failed", ({ id }) => failures.push(id));
      const fail = async (): Promise<void> => {
        await null;
        throw new Error("later");
      };
      telemetry.attach("one", "message:dead", fail);
      telemetry.attach("two", "message:dead", fail);
      telemetry.emit("message:dead", LETTER);
      telemetry.detach("two");
      telemetry.attach("two", "message:dead", () => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      expect(failures).toEqual(["one", "two"]);
      expect(telemetry.handlers().map(({ id }) => id)).toEqual(["two"]);
    });

    it("TEL3 a handler that rejects is reported once, whatever it had been told of until then", async () => {
      const telemetry = new Telemetry();
      const failures: unknown[] = [];
      telemetry.on("listener:failed", ({ error }) => failures.push(error));
      telemetry.attach("bad", ["message:dead", "lease:late"], async (_, event) => Promise.reject(event));
      telemetry.emit("lease:late", { pool: "database" });
      telemetry.emit("message:dead", LETTER);
      telemetry.emit("message:dead", LETTER);
      await new Promise((turn) => setImmediate(turn));
      expect(failures).toEqual(["lease:late"]);
    });

    it("TEL3 a handler of failures that fails is detached, and told of by nobody", () => {
      const telemetry = new Telemetry();
      let reports = 0;
      telemetry.attach("bad", "listener:failed", () => {
        reports += 1;
        throw new Error("again");
      });
      telemetry.on("message:dead", () => {
        throw new Error("boom");
      });
      telemetry.emit("message:dead", LETTER);
      telemetry.emit("message:dead", LETTER);
      expect([reports, telemetry.handlers()]).toEqual([1, []]);
    });

    it("names all faults at once", () => {
      const attach = new Telemetry().attach.bind(new Telemetry()) as (...args: unknown[]) => unknown;
      for (const wrong of [
        ["", [], "no"],
        [7, undefined, null],
        ["", ["message:dead", 3], {}],
      ]) {
        expect(() => attach(...wrong)).toThrow(
          expect.objectContaining({
            code: "ERR_INVALID_OPTIONS",
            faults: expect.objectContaining({ length: 3 }),
          }),
        );
      }
    });
  });

  it("types payloads by event", () => {
    const typed = (telemetry: Telemetry) => {
      telemetry.on("mailbox:high", (payload) =>
        expectTypeOf(payload).toEqualTypeOf<SystemEvents["mailbox:high"]>(),
      );
      // @ts-expect-error no such event
      telemetry.on("mailbox:low", () => undefined);
      telemetry.attach("both", ["lease:late", "lease:leaked"], (payload, event) => {
        expectTypeOf(payload).toEqualTypeOf<SystemEvents["lease:late"] | SystemEvents["lease:leaked"]>();
        expectTypeOf(event).toEqualTypeOf<"lease:late" | "lease:leaked">();
      });
      expectTypeOf(telemetry.span("work", {}, async () => 7)).resolves.toBeNumber();
      // @ts-expect-error no such event
      telemetry.attach("low", ["mailbox:low"], () => undefined);
      // @ts-expect-error not the payload of this event
      telemetry.emit("message:dead", { queued: 1 });
    };
    expect(typed).toBeTypeOf("function");
    expectTypeOf<EventName>().toEqualTypeOf<keyof SystemEvents>();
  });
});
