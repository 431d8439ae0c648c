import { describe, expect, it, onTestFinished } from "vitest";
import { createCheckoutPool } from "../../../src/pools/checkout-pool.ts";
import { createRoutingPool } from "../../../src/pools/routing-pool.ts";
import { leastBusy } from "../../../src/pools/strategies/least-busy.ts";
import { createRegistry } from "../../../src/registry/create-registry.ts";
import { supervisor } from "../../../src/supervisor/supervisor.ts";
import { testSystem } from "../../../src/testing/test-system.ts";
import { freshSystem, Jobs, moduleOf, TYPESCRIPT } from "./started.ts";

const WORKER = { module: moduleOf("jobs"), ...TYPESCRIPT };

describe("a routing pool of threads", () => {
  it("SF34 loses one call to a thread that exits, goes on with the others, and has the restarted one back", async () => {
    const system = freshSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const join = { registry, key: "jobs" };
    await system.start(
      supervisor({
        strategy: "restForOne",
        children: [
          registry,
          supervisor({
            id: "threads",
            strategy: "oneForOne",
            children: [1, 2].map((n) => Jobs.child({ ...WORKER, join }, { id: `thread-${n}` })),
          }),
        ],
      }),
    );
    const threads = createRoutingPool(registry, Jobs, "jobs", { strategy: leastBusy() });
    const before = registry.lookup("jobs").map(({ pid }) => pid);
    expect(before).toHaveLength(2);
    const restarted = new Promise((resolve) => system.telemetry.on("child:restarted", resolve));
    await expect(threads.call.run({ do: "exit" })).rejects.toMatchObject({ code: "ERR_EXITED" });
    expect(registry.lookup("jobs")).toHaveLength(1);
    expect(await threads.call.run({ do: "double", n: 2 })).toBe(4);
    await restarted;
    expect(registry.lookup("jobs")).toHaveLength(2);
    const answers = await Promise.all([1, 2, 3, 4].map(() => threads.call.run({ do: "which" })));
    expect(new Set(answers).size).toBe(2);
  });

  it("joins later where the registry was down", async () => {
    await using system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const process = await system.start(registry);
    process.exit("kill");
    await process.down();
    const thread = await system.start(Jobs, { ...WORKER, join: { registry, key: "jobs" } });
    await system.start(registry);
    expect(registry.lookup("jobs")).toEqual([]);
    await system.advance(100);
    expect(registry.lookup("jobs").map(({ pid }) => pid)).toEqual([thread]);
  });
});

describe("a checkout pool of threads", () => {
  it("lends each thread to one borrower at a time, and replaces one that ends", async () => {
    const system = freshSystem();
    const threads = createCheckoutPool(system, { worker: Jobs.child(WORKER), size: 1 });
    onTestFinished(() => threads.close());
    expect(await threads.use((thread) => thread.call.run({ do: "double", n: 3 }))).toBe(6);
    await expect(threads.use((thread) => thread.call.run({ do: "exit" }))).rejects.toMatchObject({
      code: "ERR_EXITED",
    });
    expect(await threads.use((thread) => thread.call.run({ do: "double", n: 4 }))).toBe(8);
  });
});
