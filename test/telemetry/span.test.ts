import { createSystem } from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import type { Telemetry } from "../../src/telemetry/telemetry.ts";

/** Everything that is told of spans. */
function heardFrom(telemetry: Telemetry): unknown[] {
  const told: unknown[] = [];
  telemetry.attach("spans", ["span:started", "span:stopped", "span:failed"], (payload, event) => {
    told.push([event, payload]);
  });
  return told;
}

describe("telemetry.span", () => {
  it("TEL4 tells of the start, and of the stop with how long it took, in one context", async () => {
    await using system = testSystem();
    await system.advance(100);
    const told = heardFrom(system.telemetry);
    expect(system.telemetry.span("now", { shop: 7 }, () => "sold")).toBe("sold");
    const later = system.telemetry.span("later", {}, () => system.advance(30).then(() => "sold, too"));
    expect(told).toHaveLength(3);
    expect(await later).toBe("sold, too");
    const now = { span: 1, name: "now", metadata: { shop: 7 }, startedAtMs: 100 };
    const then = { span: 2, name: "later", metadata: {}, startedAtMs: 100 };
    expect(told).toEqual([
      ["span:started", now],
      ["span:stopped", { ...now, durationMs: 0 }],
      ["span:started", then],
      ["span:stopped", { ...then, durationMs: 30 }],
    ]);
  });

  it("TEL4 tells of what it throws or rejects with, which goes on as it is", async () => {
    await using system = testSystem();
    const told = heardFrom(system.telemetry);
    const boom = new Error("boom");
    const throwing = () => {
      throw boom;
    };
    expect(() => system.telemetry.span("now", {}, throwing)).toThrow(boom);
    await expect(system.telemetry.span("later", {}, async () => throwing())).rejects.toBe(boom);
    expect(() =>
      system.telemetry.span("nothing", {}, () => {
        throw undefined;
      }),
    ).toThrow();
    expect(told.filter((one) => (one as unknown[])[0] !== "span:started")).toMatchObject([
      ["span:failed", { span: 1, name: "now", durationMs: 0, error: boom }],
      ["span:failed", { span: 2, name: "later", durationMs: 0, error: boom }],
      ["span:failed", { span: 3, name: "nothing", error: undefined }],
    ]);
  });

  it("TEL4 does the work and nothing else while nobody listens", () => {
    const { telemetry } = createSystem();
    const promise = Promise.resolve(1);
    expect(telemetry.span("quiet", {}, () => promise)).toBe(promise);
    const told = heardFrom(telemetry);
    telemetry.span("heard", {}, () => 1);
    expect(told).toMatchObject([
      ["span:started", { span: 1 }],
      ["span:stopped", { span: 1 }],
    ]);
  });

  it("TEL4 a listener that throws harms neither the work nor its outcome", () => {
    const { telemetry } = createSystem({ logger: false });
    for (const event of ["span:started", "span:stopped"] as const) {
      telemetry.on(event, () => {
        throw new Error("listener");
      });
    }
    expect(telemetry.span("work", {}, () => "done")).toBe("done");
  });
});
