/** Workloads that are not flat, each in its own way; says as JSON what the soak finds. */
import { soak } from "../../soak/soak.ts";
import type { Workload } from "../../soak/workload.ts";

const kept: unknown[] = [];

const heap: Workload = {
  id: "heap",
  about: "something is kept of each round",
  open: async () => ({
    round: async () => kept.push(new Array(50_000).fill(kept.length)),
  }),
};

const processes: Workload = {
  id: "processes",
  about: "a process and a timer are left by each round",
  open: async (system) => ({
    round: async () => {
      system.spawn(async (self) => {
        self.every(60_000, "tick");
        await self.receive(isNumber);
      });
      return 1;
    },
  }),
};

const handles: Workload = {
  id: "handles",
  about: "a host interval outlives the system",
  open: async () => {
    setInterval(() => undefined, 60_000);
    return { round: async () => 0 };
  },
};

function isNumber(message: unknown): message is number {
  return typeof message === "number";
}

const workloads = [heap, processes, handles];
const only = workloads.map(({ id }) => id);
const report = await soak(workloads, { only, seed: 1, extent: { cycles: 6 } }, () => undefined);
process.stdout.write(JSON.stringify(report));
process.exit();
