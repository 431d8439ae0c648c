import { describe, expect, it } from "vitest";
import {
  isBeyond,
  isFull,
  isSurplus,
  type Load,
  resourcesOf,
  roomOf,
  unservedOf,
} from "../../src/pools/admission.ts";

const load = (counts: Partial<Load>): Load => ({
  idle: 0,
  lent: 0,
  starting: 0,
  closing: 0,
  waiting: 0,
  ...counts,
});
const limits = { size: 2, maxOverflow: 1, maxWaiting: 2 };

describe("resourcesOf", () => {
  it("counts resources in every state, and no waiters", () => {
    expect(resourcesOf({ idle: 1, lent: 2, starting: 4, closing: 8, waiting: 100 })).toBe(15);
  });
});

describe("roomOf", () => {
  it.each([
    { counts: {}, room: 3, why: "nothing is there" },
    { counts: { lent: 2 }, room: 1, why: "overflow is left" },
    { counts: { lent: 2, starting: 1 }, room: 0, why: "PF24 what is being opened counts" },
    { counts: { lent: 2, closing: 1 }, room: 0, why: "what is being closed counts" },
    { counts: { lent: 5 }, room: 0, why: "it has been made smaller" },
  ])("is $room when $why", ({ counts, room }) => {
    expect(roomOf(load(counts), limits)).toBe(room);
  });
});

describe("isFull", () => {
  it.each([
    { counts: { lent: 3, waiting: 1 }, full: false },
    { counts: { lent: 3, waiting: 2 }, full: true },
    { counts: { lent: 2, waiting: 2 }, full: false },
    { counts: { lent: 2, starting: 1, waiting: 2 }, full: false },
    { counts: { lent: 2, starting: 1, waiting: 3 }, full: true },
    { counts: { lent: 2, closing: 1, waiting: 2 }, full: false },
    { counts: { lent: 2, closing: 1, waiting: 3 }, full: true },
    { counts: { lent: 3, closing: 1, waiting: 2 }, full: true },
  ])("of $counts is $full", ({ counts, full }) => {
    expect(isFull(load(counts), limits)).toBe(full);
  });

  it("PF48 lets nobody wait where maxWaiting is 0, but whoever can have a new resource, now or when one is closed", () => {
    const strict = { size: 1, maxOverflow: 0, maxWaiting: 0 };
    expect(isFull(load({}), strict)).toBe(false);
    expect(isFull(load({ closing: 1 }), strict)).toBe(false);
    expect(isFull(load({ closing: 1, waiting: 1 }), strict)).toBe(true);
    expect(isFull(load({ starting: 1, waiting: 1 }), strict)).toBe(true);
    expect(isFull(load({ lent: 1 }), strict)).toBe(true);
  });
});

describe("unservedOf", () => {
  it.each([
    { counts: { waiting: 3, starting: 1 }, unserved: 2 },
    { counts: { waiting: 1, starting: 2 }, unserved: 0 },
  ])("of $counts is $unserved", ({ counts, unserved }) => {
    expect(unservedOf(load(counts))).toBe(unserved);
  });
});

describe("isSurplus", () => {
  it.each([
    { held: 2, surplus: false },
    { held: 3, surplus: true },
  ])("of $held resources kept for a size of 2 is $surplus", ({ held, surplus }) => {
    expect(isSurplus(held, limits)).toBe(surplus);
  });
});

describe("isBeyond", () => {
  it("begins where there is one more than size and overflow", () => {
    expect([2, 3, 4].map((held) => isBeyond(held, limits))).toEqual([false, false, true]);
  });
});
