import { describe, expect, it } from "vitest";
import { BenchFault } from "../../benchmarks/contender/work.ts";
import { type Contender, measureRow } from "../../benchmarks/measure.ts";
import type { Row } from "../../benchmarks/rows.ts";

const row: Row = { id: "count", unit: "operations/s", better: "more", work: "", peers: [] };
const options = { rounds: 3, roundMs: 100 };

/** A contender of a constant rate that writes down its rounds. */
function steady(name: string, rate: number, log: string[] = []): Contender {
  return {
    name,
    open: async () => ({
      async round(operations) {
        log.push(`${name} ${operations}`);
        return rate;
      },
      async close() {
        log.push(`${name} closed`);
      },
    }),
  };
}

describe("measureRow", () => {
  it("measures ours and a peer's in turn, and throws the warm-up away", async () => {
    const log: string[] = [];
    await measureRow(row, [steady("ours", 1e6, log)], [steady("theirs", 2e6, log)], options);
    const full = log.filter((line) => line !== "ours closed" && line !== "theirs closed").slice(-6);
    expect(full).toEqual(Array(3).fill(["ours 100000", "theirs 200000"]).flat());
    expect(log.slice(-2)).toEqual(["theirs closed", "ours closed"]);
  });

  it("answers one ratio a peer, and gathers our rounds beside all of them", async () => {
    const peers = [steady("slow", 5e5), steady("fast", 4e6)];
    const [side] = await measureRow(row, [steady("ours", 1e6)], peers, options);
    expect(side?.troupe).toEqual({ median: 1e6, min: 1e6, max: 1e6 });
    expect(side?.peers.slow?.ratio.median).toBe(2);
    expect(side?.peers.fast?.ratio.median).toBe(0.25);
  });

  it("measures another way of ours beside the same rounds of the peer, which are between the two", async () => {
    const log: string[] = [];
    const ours = [steady("usual", 1e6, log), steady("other", 4e6, log)];
    const [usual, other] = await measureRow(row, ours, [steady("theirs", 2e6, log)], options);
    const rounds = log.filter((line) => !line.endsWith("closed")).slice(-9);
    expect(rounds).toEqual(Array(3).fill(["usual 100000", "theirs 200000", "other 400000"]).flat());
    expect(usual?.peers.theirs?.ratio.median).toBe(0.5);
    expect(other?.peers.theirs?.ratio.median).toBe(2);
    expect(other?.troupe.median).toBe(4e6);
    expect(log.slice(-3)).toEqual(["theirs closed", "usual closed", "other closed"]);
  });

  it("measures ours alone where there is no peer", async () => {
    const log: string[] = [];
    const [side] = await measureRow(row, [steady("ours", 1e6, log)], [], options);
    expect(side?.peers).toEqual({});
    // The size has to hold three times before three rounds count.
    expect(log.filter((line) => line === "ours 100000")).toHaveLength(3 + 3);
  });

  it("keeps rounds to multiples and to the row's limit", async () => {
    const log: string[] = [];
    const limited: Row = { ...row, multipleOf: 990, maxOperations: 20 * 990 };
    await measureRow(limited, [steady("ours", 1e6, log)], [], options);
    const sizes = log.filter((line) => line !== "ours closed").map((line) => Number(line.split(" ")[1]));
    expect(sizes.every((size) => size % 990 === 0)).toBe(true);
    expect(Math.max(...sizes)).toBe(20 * 990);
  });

  it("asks for the size again when a cold round was slow", async () => {
    const sizes: number[] = [];
    let rounds = 0;
    const warming: Contender = {
      name: "ours",
      open: async () => ({
        async round(operations) {
          sizes.push(operations);
          rounds += 1;
          return rounds < 3 ? 1e4 : 1e6;
        },
        async close() {},
      }),
    };
    await measureRow(row, [warming], [], options);
    expect(sizes.slice(0, 5)).toEqual([1_000, 1_000, 1_000, 10_000, 100_000]);
    expect(sizes.slice(-options.rounds)).toEqual(Array(options.rounds).fill(100_000));
  });

  it("fails, and closes both, when any round has lost something", async () => {
    const log: string[] = [];
    let rounds = 0;
    const losing: Contender = {
      name: "theirs",
      open: async () => ({
        async round() {
          rounds += 1;
          if (rounds === 4) throw new BenchFault("one is missing");
          return 1e6;
        },
        async close() {
          log.push("theirs closed");
        },
      }),
    };
    await expect(measureRow(row, [steady("ours", 1e6, log)], [losing], options)).rejects.toThrow(
      "one is missing",
    );
    expect(log.slice(-2)).toEqual(["theirs closed", "ours closed"]);
  });
});
