import { describe, expect, expectTypeOf, it } from "vitest";
import type { EventName, SystemEvents } from "../../src/telemetry/events.ts";
import { Telemetry } from "../../src/telemetry/telemetry.ts";

const LETTER = { to: "counter (pid 7)", kind: "cast", message: 1, why: "dead", count: 1 } as const;

describe("Telemetry", () => {
  it("tells all listeners of an event, in the order in which they came, and nobody else", () => {
    const telemetry = new Telemetry();
    const told: unknown[] = [];
    telemetry.on("message:dead", (letter) => told.push("first", letter));
    telemetry.on("mailbox:high", () => told.push("another event"));
    telemetry.on("message:dead", () => told.push("second"));
    telemetry.emit("message:dead", LETTER);
    expect(told).toEqual(["first", LETTER, "second"]);
  });

  it("tells inside the call that emits", () => {
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

  it("goes on when a listener throws, reports it, and keeps it", () => {
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

  it("enters what it was given, once an event, and not when nobody listens", () => {
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

  it("types payloads by event", () => {
    const typed = (telemetry: Telemetry) => {
      telemetry.on("mailbox:high", (payload) =>
        expectTypeOf(payload).toEqualTypeOf<SystemEvents["mailbox:high"]>(),
      );
      // @ts-expect-error no such event
      telemetry.on("mailbox:low", () => undefined);
      // @ts-expect-error not the payload of this event
      telemetry.emit("message:dead", { queued: 1 });
    };
    expect(typed).toBeTypeOf("function");
    expectTypeOf<EventName>().toEqualTypeOf<keyof SystemEvents>();
  });
});
