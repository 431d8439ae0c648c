import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomInt, seededRandom } from "../../src/core/random.ts";

describe("seededRandom", () => {
  it("draws the same numbers from 0 up to 1 for the same seed", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [random, again] = [seededRandom(seed), seededRandom(seed)];
        for (let i = 0; i < 50; i += 1) {
          const drawn = random.next();
          expect(drawn).toBe(again.next());
          expect(drawn >= 0 && drawn < 1).toBe(true);
        }
      }),
    );
  });

  it("draws the numbers of mulberry32, so that a seed means the same for ever", () => {
    const random = seededRandom(1);
    expect([random.next(), random.next(), random.next()]).toEqual([
      0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
    ]);
  });

  it("spreads evenly, from neighbouring seeds too", () => {
    for (const draw of [
      (random = seededRandom(7)) =>
        () =>
          random.next(),
      (seed = 0) =>
        () =>
          seededRandom(seed++).next(),
    ]) {
      const next = draw();
      const boxes = new Array<number>(10).fill(0);
      for (let i = 0; i < 10_000; i += 1) boxes[Math.floor(next() * 10)]! += 1;
      for (const box of boxes) expect(Math.abs(box - 1_000)).toBeLessThan(200);
    }
  });
});

describe("randomInt", () => {
  it.each([
    { drawn: 0, below: 6, expected: 0 },
    { drawn: 0.999_999_999, below: 6, expected: 5 },
    { drawn: 0.5, below: 2, expected: 1 },
    { drawn: 0.5, below: 1, expected: 0 },
  ])("of $drawn below $below is $expected", ({ drawn, below, expected }) => {
    expect(randomInt({ next: () => drawn }, below)).toBe(expected);
  });
});
