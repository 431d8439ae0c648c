import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LoadHeap } from "../../../src/pools/strategies/load-heap.ts";
import type { Member } from "../../../src/pools/strategies/strategy.ts";
import { member } from "../../contracts/strategy.contract.ts";

type Loaded = { -readonly [K in keyof Member]: Member[K] };

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant("take" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom("busier" as const, "eased" as const),
      which: fc.nat(),
      by: fc.nat(9),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("add" as const), load: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("remove" as const), which: fc.nat() }) },
);

describe("LoadHeap", () => {
  it("takes one of those with the least to do, also of who became busier unknown to it, as a look at all does", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const heap = new LoadHeap();
        const there: Loaded[] = [];
        let serial = 0;
        for (const step of commands) {
          const one = "which" in step ? there[step.which % Math.max(1, there.length)] : undefined;
          if (step.does === "add") {
            const fresh: Loaded = { ...member(serial++, step.load) };
            there.push(fresh);
            heap.add(fresh);
          } else if (step.does === "remove" && one !== undefined) {
            there.splice(there.indexOf(one), 1);
            heap.remove(one);
          } else if (step.does === "busier" && one !== undefined) one.queued += step.by;
          else if (step.does === "eased" && one !== undefined) {
            one.queued = Math.max(0, one.queued - step.by);
            heap.eased(one);
          }
          if (step.does !== "take") continue;
          const taken = heap.take();
          const least = Math.min(...there.map(({ queued }) => queued));
          if (there.length === 0) expect(taken).toBeUndefined();
          else {
            expect(there).toContain(taken);
            expect(taken?.queued).toBe(least);
            (taken as Loaded).queued += 1;
          }
        }
      }),
    );
  });

  it("looks at no more than the depth of the heap, whoever is busy", () => {
    const heap = new LoadHeap();
    let looks = 0;
    const counted = (serial: number): Loaded => {
      const load = { queued: 1 };
      return Object.defineProperty({ ...member(serial, 0) }, "queued", {
        get: () => {
          looks += 1;
          return load.queued;
        },
        set: (queued: number) => {
          load.queued = queued;
        },
      });
    };
    for (let serial = 0; serial < 10_000; serial += 1) heap.add(counted(serial));
    looks = 0;
    for (let pick = 0; pick < 1_000; pick += 1) {
      const taken = heap.take() as Loaded;
      taken.queued -= 1;
      heap.eased(taken);
      taken.queued += 1;
    }
    // Two looks a pick: one at the top, and one when it was eased; each eased one is looked at again when it is on top.
    expect(looks).toBeLessThanOrEqual(6_000);
  });

  it("forgets nobody it does not know", () => {
    const heap = new LoadHeap();
    const [one, other] = [member(0, 0), member(1, 0)];
    heap.add(one);
    heap.remove(other);
    heap.eased(other);
    expect(heap.take()).toBe(one);
  });
});
