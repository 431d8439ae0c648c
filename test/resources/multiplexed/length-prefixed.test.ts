import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthPrefixed } from "../../../src/resources/multiplexed/length-prefixed.ts";
import { depthOf } from "../../depth.ts";

const messages = fc.array(
  fc.record({ id: fc.integer({ min: 1, max: 0xffff_ffff }), body: fc.uint8Array({ maxLength: 40 }) }),
  { maxLength: 12 },
);

describe("lengthPrefixed", () => {
  it("puts a length of four bytes before an id of four bytes and the body", () => {
    expect(Buffer.from(lengthPrefixed().encode(0x01020304, "hi") as Uint8Array).toString("hex")).toBe(
      "00000006" + "01020304" + "6869",
    );
  });

  it("gives the same answers whatever the pieces they come in", () => {
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
        const codec = lengthPrefixed();
        const wire = Buffer.concat(sent.map(({ id, body }) => codec.encode(id, body) as Uint8Array));
        const decoder = codec.decoder();
        const got: unknown[] = [];
        for (let at = 0, turn = 0; at < wire.length; turn += 1) {
          const size = cuts[turn % cuts.length] as number;
          for (const answer of decoder.push(wire.subarray(at, at + size))) {
            if ("value" in answer) got.push({ id: answer.id, body: Uint8Array.from(answer.value) });
          }
          at += size;
        }
        expect(got).toEqual(sent);
      }),
      { numRuns: depthOf(200) },
    );
  });

  it("counts bytes, not characters, of a text", () => {
    const codec = lengthPrefixed({
      write: (text: string) => text,
      read: (body) => Buffer.from(body).toString(),
    });
    expect([...codec.decoder().push(codec.encode(1, "äöü €") as Uint8Array)]).toEqual([
      { id: 1, value: "äöü €" },
    ]);
  });

  it("fails the one answer that cannot be read, and reads the next", () => {
    const json = lengthPrefixed<unknown, unknown>({
      write: (value) => JSON.stringify(value),
      read: (body) => JSON.parse(Buffer.from(body).toString()),
    });
    const bytes = lengthPrefixed();
    const wire = Buffer.concat([bytes.encode(1, "{"), bytes.encode(2, "[]")] as Uint8Array[]);
    expect([...json.decoder().push(wire)]).toEqual([
      { id: 1, fault: { name: "SyntaxError", message: expect.stringMatching(/^its answer cannot be read/) } },
      { id: 2, value: [] },
    ]);
  });

  it.each([
    ["a frame without room for an id", "0000000300000001", /3 bytes has no room for an id/],
    ["a frame that is longer than maxBytes", "0000000f00000001", /larger than 10 bytes/],
  ])("throws on %s, before it has come as a whole", (_, hex, fault) => {
    const decoder = lengthPrefixed({ maxBytes: 10 }).decoder();
    expect(() => [...decoder.push(Buffer.from(hex, "hex"))]).toThrow(fault);
  });

  it.each([
    { what: "an ArrayBuffer", body: new ArrayBuffer(16) },
    { what: "an array of other numbers", body: new Uint16Array(8) },
    { what: "nothing", body: undefined },
  ])("refuses $what as a body", ({ body }) => {
    expect(() => lengthPrefixed().encode(1, body as unknown as Uint8Array)).toThrow(
      "must be a string or a Uint8Array",
    );
  });

  it("takes a body of exactly maxBytes", () => {
    const codec = lengthPrefixed({ maxBytes: 10 });
    expect([...codec.decoder().push(codec.encode(1, "0123456789") as Uint8Array)]).toHaveLength(1);
  });
});
