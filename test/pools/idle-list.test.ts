import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdleList } from "../../src/pools/idle-list.ts";
import { Slot } from "../../src/pools/slot.ts";

describe("IdleList", () => {
  it("does what an array does, whatever comes and goes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant("push"), fc.nat({ max: 10 })), { maxLength: 40 }),
        (commands) => {
          const list = new IdleList<string>();
          const model: Slot<string>[] = [];
          for (const command of commands) {
            if (command === "push") {
              const slot = new Slot<string>(1, () => undefined);
              model.push(slot);
              list.push(slot);
            } else {
              const [gone] = model.splice(Number(command), 1);
              if (gone !== undefined) list.remove(gone);
            }
            expect([list.length, list.first, list.last]).toEqual([model.length, model[0], model.at(-1)]);
          }
        },
      ),
    );
  });
});
