import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { duplicateKeys, type Occupied, uniqueKeys } from "../../src/registry/admission.ts";

const reservation = {};
const entry = { pid: {} as Pid, value: 1 };
const free: Occupied<number> = { holder: undefined, hold: undefined };
const held: Occupied<number> = { holder: { entry }, hold: undefined };
const kept: Occupied<number> = { holder: undefined, hold: { reservation, child: "hits" } };
const heldAndKept: Occupied<number> = { ...held, hold: { reservation, child: "hits" } };

describe("uniqueKeys", () => {
  it.each([
    ["a free key", free, undefined, undefined],
    ["a held key", held, undefined, { ok: false, holder: entry }],
    ["a held key, with a reservation", heldAndKept, reservation, { ok: false, holder: entry }],
    ["a kept key, without its reservation", kept, undefined, { ok: false, reservedFor: "hits" }],
    ["a kept key, with another reservation", kept, {}, { ok: false, reservedFor: "hits" }],
    ["a kept key, with its reservation", kept, reservation, undefined],
  ])("answers for %s", (_, slot, given, refusal) => {
    expect(uniqueKeys.refusal(slot, given)).toEqual(refusal);
  });
});

describe("duplicateKeys", () => {
  it.each([free, held])("never refuses", (slot) => {
    expect(duplicateKeys.refusal(slot, undefined)).toBeUndefined();
  });
});
