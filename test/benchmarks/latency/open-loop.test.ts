import { describe, expect, it } from "vitest";
import { arrivals, type Loop, openLoop, percentilesOf } from "../../../benchmarks/contender/open-loop.ts";

/** A loop that comes round each millisecond, and a server that answers at once but for a pause. */
function stage(pause: { readonly fromMs: number; readonly toMs: number }) {
  let nowMs = 1_000;
  const turns: (() => void)[] = [];
  const loop: Loop = { now: () => nowMs, nextTurn: (turn) => void turns.push(turn) };
  const sentMs: number[] = [];
  const request = (): Promise<void> => {
    sentMs.push(nowMs - 1_000);
    return Promise.resolve();
  };
  const play = async (untilMs: number): Promise<void> => {
    while (nowMs - 1_000 < untilMs) {
      // All that the host does in a pause is nothing.
      nowMs = nowMs - 1_000 === pause.fromMs ? 1_000 + pause.toMs : nowMs + 1;
      for (const turn of turns.splice(0)) turn();
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { loop, request, play, sentMs };
}

describe("openLoop", () => {
  it("sends what is due each time the loop comes round, and no sooner", async () => {
    const { loop, request, play, sentMs } = stage({ fromMs: -1, toMs: -1 });
    const done = openLoop(Float64Array.of(0.2, 0.5, 2, 2, 4.2), request, loop);
    await play(10);
    expect(sentMs).toEqual([1, 1, 2, 2, 5]);
    expect([...(await done)].map((ms) => Math.round(ms * 10) / 10)).toEqual([0.8, 0.5, 0, 0, 0.8]);
  });

  it("counts from when each was due, so that a pause is felt by all who came in it", async () => {
    const { loop, request, play } = stage({ fromMs: 100, toMs: 200 });
    const due = Float64Array.from({ length: 300 }, (_, ms) => ms);
    const done = openLoop(due, request, loop);
    await play(400);
    const latencies = await done;
    expect([latencies[100], latencies[101], latencies[150], latencies[199], latencies[201]]).toEqual([
      0, 99, 50, 1, 0,
    ]);
  });

  it("fails with the first request that fails", async () => {
    const { loop } = stage({ fromMs: -1, toMs: -1 });
    await expect(openLoop(Float64Array.of(0), () => Promise.reject(new Error("lost")), loop)).rejects.toThrow(
      "lost",
    );
  });
});

describe("arrivals", () => {
  it("has the rate that was asked for, in an order that is fixed beforehand", () => {
    let state = 1;
    const chance = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const due = arrivals(100_000, 1_000, chance);
    expect(due.at(-1)! / 100_000).toBeCloseTo(1, 1);
    expect(due).toEqual(Float64Array.from(due).sort());
  });
});

describe("percentilesOf", () => {
  it("answers samples, none between them", () => {
    const samples = Float64Array.from({ length: 1_000 }, (_, at) => 1_000 - at);
    expect(percentilesOf(samples)).toEqual({ p50: 500, p99: 990, p999: 999, max: 1_000 });
    expect(percentilesOf(Float64Array.of(7))).toEqual({ p50: 7, p99: 7, p999: 7, max: 7 });
  });
});
