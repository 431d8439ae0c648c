import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createSystem } from "../../src/actors/system.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { createPartitionSupervisor } from "../../src/supervisor/partition-supervisor.ts";
import { endlessFaults, restartFaults, restartPolicy } from "../../src/supervisor/restart-options.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";

describe("restartPolicy", () => {
  it("forgives 3 restarts in 5,000 ms of all children together, at once, unless told otherwise", () => {
    expect(restartPolicy({})).toEqual({
      limit: { maxRestarts: 3, periodMs: 5_000 },
      backoff: undefined,
      childBudget: undefined,
    });
  });
});

describe("restartFaults", () => {
  const endless = Number.POSITIVE_INFINITY;
  const why = "without limit asks for a backoff with a minMs of at least 1: nothing else ends a crash loop";

  it("finds every limit that nothing reaches, where no wait slows a crash loop down", () => {
    const options = { maxRestarts: endless, childBudget: { maxRestarts: endless } };
    expect(restartFaults(options)).toEqual([`maxRestarts ${why}`, `childBudget.maxRestarts ${why}`]);
    expect(restartFaults({ ...options, backoff: { minMs: 1, maxMs: 9 } })).toEqual([]);
    expect(restartFaults(undefined)).toEqual([]);
  });
});

describe("endlessFaults", () => {
  const endless = Number.POSITIVE_INFINITY;
  const backoff = { minMs: 100, maxMs: 1_000 };
  const Worker = defineActor({ name: "worker", init: () => 0 });
  const hasty = Worker.child(undefined, { backoff: { minMs: 0, maxMs: 0 } });
  const fault = (which: string) =>
    `child "worker" has a backoff with a minMs of 0, but ${which} without limit asks for a backoff with a minMs of at least 1: nothing else ends a crash loop`;

  it.each([
    ["maxRestarts", { maxRestarts: endless, backoff }],
    ["childBudget.maxRestarts", { childBudget: { maxRestarts: endless }, backoff }],
  ] as const)(
    "refuses a child whose own backoff waits for nothing where %s is Infinity, everywhere",
    async (which, limits) => {
      await using system = createSystem({ logger: false });
      const faults = [fault(which)];
      const refused = expect.objectContaining({ faults });
      const unordered = { strategy: "oneForOne", children: [hasty], ...limits } as const;
      expect(() => supervisor(unordered)).toThrow(refused);
      expect(() => createPartitionSupervisor(system, { child: hasty, ...limits })).toThrow(refused);
      const app = await system.start(supervisor({ ...unordered, children: [] }));
      await expect(app.call.startChild(hasty)).rejects.toEqual(refused);
      const many = await system.start(dynamicSupervisor(limits));
      await expect(many.call.startChild(hasty)).rejects.toEqual(refused);
      expect(await many.call.countChildren()).toMatchObject({ specs: 0 });
    },
  );

  it.each([
    ["is temporary", { restart: "temporary" }],
    ["has a budget of its own", { budget: { maxRestarts: 3 } }],
    ["waits", { backoff: { minMs: 1, maxMs: 1 } }],
  ] as const)("has nothing against a child that %s", (_why, options) => {
    const policy = restartPolicy({ maxRestarts: endless, backoff });
    expect(endlessFaults(hasty.with(options), policy)).toEqual([]);
    expect(endlessFaults(hasty, policy)).toEqual([fault("maxRestarts")]);
  });
});
