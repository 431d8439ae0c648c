import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { Progress } from "../../../examples/link-audit/progress.ts";

const CLEAR = "\r\u001b[K";

describe("Progress", () => {
  it("shows the first news at once, and then a line every other second, if there is news", async () => {
    await using system = testSystem();
    const lines: string[] = [];
    const progress = await system.start(Progress, { write: (text) => void lines.push(text), live: false });
    progress.cast.counted({ settled: 0, known: 1_200 });
    progress.cast.counted({ settled: 1, known: 1_200 });
    await system.settle();
    expect(lines).toEqual(["0 of 1,200 addresses\n"]);
    await system.advance(10_000);
    expect(lines).toEqual(["0 of 1,200 addresses\n", "1 of 1,200 addresses\n"]);
  });

  it("ends with the last counts, once", async () => {
    for (const waits of [0, 2_000]) {
      const system = testSystem();
      const lines: string[] = [];
      const options = { write: (text: string) => void lines.push(text), live: false };
      const progress = await system.start(Progress, options);
      progress.cast.counted({ settled: 0, known: 7 });
      progress.cast.counted({ settled: 7, known: 7 });
      await system.advance(waits);
      await system.stop();
      expect(lines).toEqual(["0 of 7 addresses\n", "7 of 7 addresses\n"]);
    }
  });

  it("ends without a word when nothing was counted", async () => {
    const system = testSystem();
    const lines: string[] = [];
    await system.start(Progress, { write: (text) => void lines.push(text), live: false });
    await system.stop();
    expect(lines).toEqual([]);
  });

  it("writes over one line of a terminal, and leaves it empty", async () => {
    const system = testSystem();
    const written: string[] = [];
    const progress = await system.start(Progress, { write: (text) => void written.push(text), live: true });
    progress.cast.counted({ settled: 0, known: 2 });
    progress.cast.counted({ settled: 1, known: 2 });
    await system.advance(100);
    await system.stop();
    expect(written).toEqual([`${CLEAR}0 of 2 addresses`, `${CLEAR}1 of 2 addresses`, CLEAR]);
  });

  it("says once what is waited for, and again when it is waited for again", async () => {
    await using system = testSystem();
    const lines: string[] = [];
    const progress = await system.start(Progress, { write: (text) => void lines.push(text), live: false });
    progress.cast.waiting("connection refused\u0007");
    progress.cast.waiting("connection refused\u0007");
    progress.cast.counted({ settled: 1, known: 2 });
    progress.cast.waiting("starting up");
    await system.settle();
    expect(lines).toEqual([
      "waiting for Postgres: connection refused\\u{7}\n",
      "1 of 2 addresses\n",
      "waiting for Postgres: starting up\n",
    ]);
  });
});
