import { createRegistry, createRoutingPool, createSystem, leastBusy, supervisor } from "troupe";
import { defineThread } from "troupe/resources/threads";
import { increments, threads } from "../../contender/increments.ts";
import type { Work } from "../../contender/work.ts";
import { workerBeside } from "../../contender/worker-beside.ts";

const Incrementer = defineThread<number, number>({ name: "incrementer" });

export async function open(): Promise<Work> {
  const system = createSystem();
  const registry = createRegistry(system, { keys: "duplicate" });
  const one = { ...workerBeside(import.meta.url), join: { registry, key: "increment" } };
  const children = Array.from({ length: threads }, (_, n) => Incrementer.child(one, { id: `thread-${n}` }));
  await system.start(supervisor({ strategy: "restForOne", children: [registry, ...children] }));
  const pool = createRoutingPool(registry, Incrementer, "increment", { strategy: leastBusy() });
  return { run: (operations) => increments(operations, (n) => pool.call.run(n)) };
}
