import fc from "fast-check";
import { describe, it } from "vitest";
import { testSystem } from "../../src/testing/test-system.ts";
import { depthOf } from "../depth.ts";
import { ENTRIES, KEYS, MOST_STEPS, PEOPLE, Scene, type Step } from "../explore/registry-model.ts";

const who = fc.nat(PEOPLE - 1);
const key = fc.nat(KEYS.length - 1);
const entry = fc.nat(ENTRIES - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("register"), who, key }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("unregister"), who, key }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("transfer"), entry, who, key }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("remove"), entry }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("update"), who, key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("unregisterMatch"),
      who,
      key: fc.option(key, { nil: undefined }),
      odd: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom("stop", "letGo", "kill", "replace"), who }) },
  { weight: 1, arbitrary: fc.constant({ does: "killRegistry" }) },
) as fc.Arbitrary<Step>;

describe.each(["unique", "duplicate"] as const)("a registry with %s keys", (kind) => {
  it("R36 R38 R63 R64 RF7 RF8 RF14 answers as a list of facts does, whoever stops, dies and moves when", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: MOST_STEPS }), async (steps) => {
        await using system = testSystem();
        const scene = new Scene(system, kind);
        await scene.gather();
        for (const each of steps) {
          await scene.take(each);
          await system.settle();
          scene.check();
        }
      }),
      { numRuns: depthOf(100) },
    );
  });
});
