import { describe, expect, it } from "vitest";
import { link, linksOf, unlink } from "../../src/actors/links.ts";
import { processOf } from "../../src/actors/process.ts";
import { testSystem } from "../../src/testing/test-system.ts";

/** All sequences of so many steps. */
function* sequences(steps: number, length: number): Iterable<readonly number[]> {
  if (length === 0) yield [];
  else
    for (const rest of sequences(steps, length - 1))
      for (let step = 0; step < steps; step += 1) yield [step, ...rest];
}

describe("linksOf", () => {
  it("names each once, in the order in which the links were made, as a set of all would", async () => {
    await using system = testSystem();
    const [one, ...others] = Array.from({ length: 4 }, () =>
      processOf(system.spawn(async (self) => void (await self.receive()))),
    );
    for (const steps of sequences(others.length * 2, 5)) {
      const expected = new Set();
      for (const step of steps) {
        const other = others[step >> 1]!;
        if (step % 2 === 0) {
          link(one!, other);
          expected.add(other);
        } else {
          unlink(one!, other);
          expected.delete(other);
        }
        expect(linksOf(one!).length).toBe(expected.size);
      }
      if (linksOf(one!).some((other, at) => other !== [...expected][at]))
        throw new Error(`differs after ${steps}`);
      for (const other of others) {
        if (linksOf(other).includes(one!) !== expected.has(other))
          throw new Error(`one-sided after ${steps}`);
        unlink(other, one!);
      }
    }
    expect(linksOf(one!)).toEqual([]);
  });
});
