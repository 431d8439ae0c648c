import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INFO } from "../../src/actors/behaviour.ts";
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

describe("Mailbox", () => {
  it("behaves as an array from which the first, or one in the middle, is taken", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
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
          expect(took).toBe(expected !== undefined);
          if (expected === undefined) return;
          model.splice(at, 1);
          expect([mailbox.door, mailbox.payload, mailbox.call]).toEqual([INFO, expected, `call ${expected}`]);
        });
        for (const [taken, expected] of model.entries()) {
          expect(mailbox.length).toBe(model.length - taken);
          expect([mailbox.oldestDoor, mailbox.oldestPayload, mailbox.oldestCall]).toEqual([
            INFO,
            expected,
            `call ${expected}`,
          ]);
          mailbox.drop();
        }
        expect(mailbox.length).toBe(0);
      }),
    );
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
