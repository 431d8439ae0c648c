import { describe, expect, it } from "vitest";
import { readOptions, UsageError } from "../../soak/options.ts";

const IDS = ["crashes", "calls", "interval"];

describe("readOptions", () => {
  it("asks for all phases, five minutes, and seed 1 when nothing is said", () => {
    expect(readOptions([], IDS)).toEqual({ json: false, only: IDS, seed: 1, extent: { ms: 300_000 } });
  });

  it("takes parts of minutes, or cycles, and keeps the order of the phases", () => {
    expect(readOptions(["--minutes", "0.5", "--only", "interval,crashes"], IDS)).toMatchObject({
      only: ["crashes", "interval"],
      extent: { ms: 30_000 },
    });
    expect(readOptions(["--cycles=3", "--seed", "7", "--json"], IDS)).toMatchObject({
      json: true,
      seed: 7,
      extent: { cycles: 3 },
    });
  });

  it("names all faults at once, and the phases there are", () => {
    const args = ["--minutes", "soon", "--cycles", "0", "--seed", "x", "--only", "cals", "--loud", "more"];
    const read = () => readOptions(args, IDS);
    expect(read).toThrow(UsageError);
    for (const fault of [
      '--minutes takes a number above 0, not "soon"',
      '--cycles takes a whole number above 0, not "0"',
      "--minutes or --cycles, not both",
      '--seed takes a whole number, not "x"',
      "no phase cals; there are crashes, calls, interval",
      "there is no --loud",
      '"more" is no option',
    ])
      expect(read).toThrow(fault);
  });

  it("refuses an option without its value, and a value for one that takes none", () => {
    expect(() => readOptions(["--minutes"], IDS)).toThrow("--minutes needs a value");
    expect(() => readOptions(["--json=yes"], IDS)).toThrow("--json takes no value");
  });
});
