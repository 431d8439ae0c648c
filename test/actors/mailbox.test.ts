import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALIAS, EXIT, INFO } from "../../src/actors/behaviour.ts";
import { Mailbox } from "../../src/actors/mailbox.ts";

type Step =
  | { readonly op: "push" | "take" | "takeNewest" }
  | { readonly op: "pushAt" | "takeAt"; readonly at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>({ op: "push" }) },
  { weight: 3, arbitrary: fc.constant<Step>({ op: "take" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ op: "takeNewest" }) },
  { weight: 2, arbitrary: fc.nat(12).map((at): Step => ({ op: "takeAt", at })) },
  { weight: 2, arbitrary: fc.nat(12).map((at): Step => ({ op: "pushAt", at })) },
);

/** So many that the ring grows again and again, and goes round. */
const farStep: fc.Arbitrary<Step & { readonly times: number }> = fc
  .record({
    one: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Step>({ op: "push" }) },
      { weight: 3, arbitrary: fc.constant<Step>({ op: "take" }) },
      { weight: 2, arbitrary: fc.constant<Step>({ op: "takeNewest" }) },
      { weight: 2, arbitrary: fc.nat(2_500).map((at): Step => ({ op: "takeAt", at })) },
      { weight: 1, arbitrary: fc.nat(2_500).map((at): Step => ({ op: "pushAt", at })) },
    ),
    times: fc.constantFrom(1, 7, 1_000, 1_500),
  })
  .map(({ one, times }) => ({ ...one, times: "at" in one ? 1 : times }));

describe("Mailbox", () => {
  it.each([
    ["few messages", fc.array(step, { maxLength: 200 }), 100],
    [
      "very many",
      fc
        .array(farStep, { maxLength: 30 })
        .map((steps) => steps.flatMap((one) => Array.from({ length: one.times }, (): Step => one))),
      60,
    ],
  ] as const)(
    "behaves as an array from which the first, or one in the middle, is taken: %s",
    (_many, stepsOf, numRuns) => {
      fc.assert(
        fc.property(stepsOf, (steps) => {
          const mailbox = new Mailbox();
          const model: number[] = [];
          steps.forEach((one, serial) => {
            if (one.op === "push") {
              mailbox.push(INFO, serial, `call ${serial}`);
              model.push(serial);
              return;
            }
            if (one.op === "pushAt") {
              mailbox.pushAt(one.at, INFO, serial, `call ${serial}`);
              model.splice(one.at, 0, serial);
              return;
            }
            const newest = Math.max(0, model.length - 1);
            const at = "at" in one ? one.at : one.op === "take" ? 0 : newest;
            const expected = model[at];
            const took = one.op === "take" ? mailbox.take() : mailbox.takeAt(at);
            const taken = expected === undefined ? [] : model.splice(at, 1);
            // Compared by hand: there are very many.
            if (took !== (taken.length === 1)) expect(took).toBe(taken.length === 1);
            if (!took || (mailbox.payload === expected && mailbox.call === `call ${expected}`)) return;
            expect([mailbox.door, mailbox.payload, mailbox.call]).toEqual([
              INFO,
              expected,
              `call ${expected}`,
            ]);
          });
          expect(mailbox.length).toBe(model.length);
          const left: unknown[] = [];
          for (; mailbox.length > 0; mailbox.drop()) {
            if (mailbox.oldestDoor !== INFO) expect(mailbox.oldestDoor).toBe(INFO);
            left.push(mailbox.oldestPayload, mailbox.oldestCall);
          }
          expect(left).toEqual(model.flatMap((serial) => [serial, `call ${serial}`]));
        }),
        { numRuns },
      );
    },
  );

  it("finds what is more than a letter among very many, wherever it was put or moved to", () => {
    const mailbox = new Mailbox();
    const many = 25_000;
    for (let at = 0; at < many; at += 1) mailbox.push(at % 3 === 0 ? ALIAS : INFO, at, undefined);
    const others = (): number[] => {
      const found: number[] = [];
      for (let at = mailbox.peekOther(0); at >= 0; at = mailbox.peekOther(at + 1)) {
        expect(mailbox.door).toBe(EXIT);
        found.push(at);
      }
      return found;
    };
    expect(others()).toEqual([]);
    mailbox.pushAt(9_999, EXIT, "in the middle", undefined);
    mailbox.pushAt(many - 1, EXIT, "near the end", undefined);
    mailbox.push(EXIT, "last", undefined);
    mailbox.pushAt(7, EXIT, "near the first", undefined);
    expect(others()).toEqual([7, 10_000, many, many + 3]);
    mailbox.takeAt(many - 3);
    mailbox.takeAt(0);
    expect(others()).toEqual([6, 10_000 - 1, many - 2, many + 1]);
    for (let at = 0; at < 5_000; at += 1) mailbox.take();
    expect(others()).toEqual([5_000 - 1, many - 2 - 5_000, many + 1 - 5_000]);
    expect(mailbox.peekOther(mailbox.length)).toBe(-1);
  });

  it.each([
    ["a small ring", [0, 1, 2, 3, 5, 7], [1, 2, 3, 4, 5, 8], [0, 1, 2, 3, 4], [0, 1, 2, 7]],
    ["pages", [0, 1, 5_000], [8_191, 8_192, 8_193, 16_385, 24_576], [0, 1, 2, 8_192, 8_193], [0, 1, 8_192]],
  ])(
    "keeps order at the edges of %s, wherever it began, when the newest are taken and others come",
    (_what, begins, counts, newests, mores) => {
      let serial = 0;
      const mailbox = new Mailbox();
      const model: number[] = [];
      const push = (count: number): void => {
        for (let at = 0; at < count; at += 1) {
          mailbox.push(INFO, serial, undefined);
          model.push(serial);
          serial += 1;
        }
      };
      const drain = (count: number): void => {
        const taken = model.splice(0, count);
        for (const expected of taken) {
          // Compared by hand: there are very many.
          if (!mailbox.take() || mailbox.payload !== expected) expect(mailbox.payload).toBe(expected);
        }
        expect(mailbox.length).toBe(model.length);
      };
      const takeNewest = (count: number): void => {
        for (let at = 0; at < count && model.length > 0; at += 1) {
          const expected = model.pop();
          if (!mailbox.takeAt(model.length) || mailbox.payload !== expected) {
            expect(mailbox.payload).toBe(expected);
          }
        }
      };
      for (const begin of begins) {
        for (const count of counts) {
          for (const newest of newests) {
            for (const more of mores) {
              push(begin);
              drain(begin);
              push(count);
              takeNewest(newest);
              push(more);
              drain(count);
              push(1);
              drain(model.length);
              expect(mailbox.take()).toBe(false);
            }
          }
        }
      }
    },
  );

  it("reads without taking", () => {
    const mailbox = new Mailbox();
    mailbox.push(INFO, "a", undefined);
    mailbox.push(INFO, "b", undefined);
    expect(mailbox.peek(1)).toBe(true);
    expect(mailbox.payload).toBe("b");
    expect(mailbox.peek(2)).toBe(false);
    expect(mailbox.length).toBe(2);
  });
});
