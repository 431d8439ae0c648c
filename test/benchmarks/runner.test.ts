import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { BenchFault } from "../../benchmarks/contender/work.ts";
import { openRunner, readRound } from "../../benchmarks/runner.ts";

const folder = mkdtempSync(join(tmpdir(), "bench-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A process that answers each line with what `answer` makes of the number of operations. */
function program(name: string, answer: string) {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `import { createInterface } from "node:readline";
     console.log("ready");
     for await (const line of createInterface({ input: process.stdin })) { const n = Number(line); ${answer} }`,
  );
  return { command: process.execPath, args: [file] };
}

describe("openRunner", () => {
  it("answers operations a second, round by round, and ends with its process", async () => {
    const answer = "console.log(JSON.stringify({ counted: n, elapsedNs: n * 100 }));";
    const runner = await openRunner("call of us", program("whole", answer));
    expect(await runner.round(1_000)).toBe(1e7);
    expect(await runner.round(5)).toBe(1e7);
    await runner.close();
  });

  it("fails when one message is missing", async () => {
    const answer = "console.log(JSON.stringify({ counted: n - 1, elapsedNs: 1 }));";
    const runner = await openRunner("call of us", program("losing", answer));
    await expect(runner.round(100)).rejects.toThrow(
      new BenchFault("call of us: 100 operations were asked for, 99 arrived"),
    );
    await runner.close();
  });

  it("fails with the last words of a process that dies in a round", async () => {
    const runner = await openRunner("call of us", program("dying", 'throw new Error("out of ideas");'));
    await expect(runner.round(1)).rejects.toThrow(/^call of us: ended before its answer[\s\S]*out of ideas/);
    await runner.close();
  });

  it("fails at once when there is no such program", async () => {
    const open = openRunner("call of us", { command: join(folder, "nowhere"), args: [] });
    await expect(open).rejects.toThrow(/^call of us: ended before its answer[\s\S]*ENOENT/);
  });
});

describe("readRound", () => {
  it("weighs where bytes are answered", () => {
    expect(readRound("heap", 4, '{"counted":4,"bytes":1000}')).toBe(250);
  });

  it.each([0, 303])("takes a figure of the work's own as it is: %d", (figure) => {
    expect(readRound("stale", 4, `{"counted":4,"elapsedNs":5,"figure":${figure}}`)).toBe(figure);
  });

  it.each([
    ["a fault", '{"fault":"order: 3 instead of 2"}', /order: 3 instead of 2/],
    ["too many", '{"counted":11,"elapsedNs":5}', /10 operations were asked for, 11 arrived/],
    ["no time", '{"counted":10}', /no measure/],
  ])("refuses %s", (_what, line, message) => {
    expect(() => readRound("count", 10, line)).toThrow(message);
  });
});
