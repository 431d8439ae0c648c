import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { nodeContender } from "../../benchmarks/node-contender.ts";
import { rows } from "../../benchmarks/rows.ts";
import { variantsOn } from "../../benchmarks/variants.ts";

const call = rows.find((row) => row.id === "call")!;
const folder = mkdtempSync(join(tmpdir(), "bench-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A round's figure is 1 where faults are caught in handlers only, else 0. */
function compiled(): string {
  mkdirSync(join(folder, "contender"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "contender", "serve.js"),
    `import { createInterface } from "node:readline";
     const figure = process.env.TROUPE_BENCH_FAULTS === "handlersOnly" ? 1 : 0;
     console.log("ready");
     for await (const line of createInterface({ input: process.stdin }))
       console.log(JSON.stringify({ counted: process.argv[2].endsWith("work/troupe/call.js") ? +line : 0, figure }));`,
  );
  return folder;
}

describe("nodeContender", () => {
  it("tells the work in which fault mode to run", async () => {
    const node = { path: process.execPath, version: process.versions.node };
    for (const variant of variantsOn(call, node)) {
      const runner = await nodeContender("troupe", compiled(), variant).open(call);
      expect(await runner.round(10)).toBe(variant.handlersOnly ? 1 : 0);
      await runner.close();
    }
  });

  it("runs on the Node of the variant, which faults name", async () => {
    const nowhere = { path: join(folder, "nowhere"), version: "26.10.0" };
    const open = nodeContender("troupe", compiled(), variantsOn(call, nowhere)[0]).open(call);
    await expect(open).rejects.toThrow(/^call of troupe \(node26\): [\s\S]*ENOENT/);
  });
});

describe("the system of the works", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ["", "ERR_CALL_CYCLE"],
    ["handlersOnly", "ERR_CALL_TIMEOUT"],
  ])("with %o knows who calls after an await: %s", async (faults, code) => {
    vi.stubEnv("TROUPE_BENCH_FAULTS", faults);
    vi.resetModules();
    const { system } = await import("../../benchmarks/work/troupe/driver.ts");
    const { defineActor, reply } = await import("troupe");
    const Asking = defineActor({
      name: "asking",
      init: () => 0,
      calls: {
        ask: async (state, ask: () => Promise<unknown>) => {
          await undefined;
          return reply(await ask().catch((error) => error.code), state);
        },
      },
    });
    const asking = await system.start(Asking);
    const itself = () => asking.call.ask(async () => "answered", { timeoutMs: 1 });
    expect(await asking.call.ask(itself)).toBe(code);
    await system.stop();
  });
});
