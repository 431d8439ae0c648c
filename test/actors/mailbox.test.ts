import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALIAS, EXIT, INFO } from "../../src/actors/behaviour.ts";
import { Mailbox } from "../../src/actors/mailbox.ts";

type Step =
  | { readonly op: "push" }
  | { readonly op: "take" }
  | { readonly op: "pushAt" | "takeAt"; readonly at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>({ op: "push" }) },
  { weight: 3, arbitrary: fc.constant<Step>({ op: "take" }) },
  { weight: 2, arbitrary: fc.nat(12).map((at): Step => ({ op: "takeAt", at })) },
  { weight: 2, arbitrary: fc.nat(12).map((at): Step => ({ op: "pushAt", at })) },
);

/** So many that the ring grows again and again, and goes round. */
const farStep: fc.Arbitrary<Step & { readonly times: number }> = fc
  .record({
    one: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Step>({ op: "push" }) },
      { weight: 3, arbitrary: fc.constant<Step>({ op: "take" }) },
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
            const at = one.op === "take" ? 0 : one.at;
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
