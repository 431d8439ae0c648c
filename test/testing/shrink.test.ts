import { describe, expect, it } from "vitest";
import { choicesThatMatter, shrink } from "../../src/testing/shrink.ts";

/** Fails when `bad` says so; outcomes stay below 10. */
function failsIf(bad: (choices: readonly number[]) => boolean, played: { plays: number } = { plays: 0 }) {
  return (choices: readonly number[]): Promise<readonly number[] | undefined> => {
    played.plays += 1;
    const made = choices.map((choice) => Math.min(choice, 9));
    return Promise.resolve(bad(made) ? made : undefined);
  };
}

const noise = (length: number): number[] => Array.from({ length }, (_, i) => (i * 7 + 3) % 10);

describe("shrink", () => {
  it("leaves nothing of choices that do not matter", async () => {
    expect(
      await shrink(
        noise(200),
        failsIf(() => true),
      ),
    ).toEqual([]);
  });

  it("keeps the one choice that matters, at its place, as small as it may be", async () => {
    const choices = noise(60).with(40, 8);
    expect(
      await shrink(
        choices,
        failsIf((made) => (made[40] ?? 0) >= 4),
      ),
    ).toEqual([...Array(40).fill(0), 4]);
  });

  it("moves what matters forward where its place does not", async () => {
    const choices = noise(64);
    const bad = (made: readonly number[]): boolean => made.filter((choice) => choice === 7).length >= 2;
    expect(await shrink(choices, failsIf(bad))).toEqual([7, 7]);
  });

  it("answers with choices that fail, however few plays it has", async () => {
    const bad = (made: readonly number[]): boolean => made.includes(7) && made.includes(5);
    for (const plays of [0, 1, 5, 20]) {
      const played = { plays: 0 };
      const shrunk = await shrink(noise(100), failsIf(bad, played), plays);
      expect(bad(shrunk)).toBe(true);
      expect(played.plays).toBeLessThanOrEqual(plays);
    }
  });
});

describe("choicesThatMatter", () => {
  it("counts those that are not the plainest", () => {
    expect(choicesThatMatter([0, 3, 0, 1])).toBe(2);
  });
});
