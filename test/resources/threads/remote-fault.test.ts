import { describe, expect, it } from "vitest";
import { faultOf } from "../../../src/resources/threads/remote-fault.ts";

describe("faultOf", () => {
  it.each([
    [new TypeError("no"), { name: "TypeError", message: "no" }],
    [Object.assign(new Error("no"), { code: "E_NO" }), { name: "Error", message: "no", code: "E_NO" }],
    [Object.assign(new Error("no"), { code: 7, name: 7 }), { name: "Error", message: "no" }],
    ["text", { name: "Error", message: 'thrown: "text"' }],
    [undefined, { name: "Error", message: "thrown: undefined" }],
  ])("tells what is known of %j", (thrown, fault) => {
    const { stack: _, ...told } = faultOf(thrown);
    expect(told).toEqual(fault);
  });

  it("tells causes of causes, and ends where they go round", () => {
    const round = new Error("round");
    round.cause = round;
    let depth = 0;
    for (let fault = faultOf(round).cause; fault !== undefined; fault = fault.cause) depth += 1;
    expect(depth).toBe(8);
  });

  it("can be cloned", () => {
    const fault = faultOf(Object.assign(new Error("no"), { stack: () => undefined }));
    expect(structuredClone(fault)).toEqual(fault);
  });
});
