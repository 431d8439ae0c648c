import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { SoakReport } from "../../soak/soak.ts";

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly complaint: string;
}

/** Runs a program of the soak in a process of its own: what it measures is a whole process. */
function run(program: string, ...args: readonly string[]): Promise<Ended> {
  const command = ["--conditions=troupe-source", "--import", "tsx", program, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, (_error, output, complaint) => {
      resolve({ code: child.exitCode ?? -1, output, complaint });
    });
  });
}

describe("soak/main.ts", () => {
  it("plays a few cycles of each workload, and finds nothing left when its system has stopped", async () => {
    const ids = ["crashes", "calls", "ties", "names", "routing", "checkout", "loans", "tasks", "groups"];
    const { output } = await run("soak/main.ts", "--cycles", "2", "--json", "--only", ids.join(","));
    const { phases } = JSON.parse(output) as SoakReport;
    expect(phases.map(({ id }) => id)).toEqual(ids);
    for (const { id, faults, samples, unflat } of phases) {
      expect(faults, id).toBeGreaterThan(0);
      expect(samples, id).toBe(2);
      // so few cycles say nothing of a heap, which compiled code still makes larger
      expect(unflat.filter((fault) => !fault.startsWith("the heap"))).toEqual([]);
    }
  });

  it("ends with 2 and all faults when it does not understand its options", async () => {
    const { code, output, complaint } = await run("soak/main.ts", "--minutes", "0", "--only", "nothing");
    expect([code, output]).toEqual([2, ""]);
    expect(complaint).toMatch(
      /no phase nothing; there are crashes[\s\S]*--minutes takes [\s\S]*npm run soak/,
    );
  });
});

describe("soak", () => {
  it("finds a heap that grows, processes and timers that are left, and a handle that outlives its system", async () => {
    const { output } = await run("test/soak/leaking.ts");
    const { flat, phases } = JSON.parse(output) as SoakReport;
    expect(flat).toBe(false);
    const [heap, processes, handles] = phases.map(({ unflat }) => unflat);
    expect(heap).toEqual([expect.stringMatching(/^the heap grew by \+\d/)]);
    expect(processes).toEqual(
      expect.arrayContaining([expect.stringMatching(/^timers: /), expect.stringMatching(/^processes: /)]),
    );
    expect(handles).toEqual(["timers: 0 at the start, 1 at the end"]);
  });
});
