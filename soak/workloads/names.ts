import { createRegistry, type Pid, type System } from "troupe";
import type { Chance, Load, Workload } from "../workload.ts";

const PROCESSES = 300;

/** Names are taken, given back, left behind by the dead; what is under a key is dispatched to. */
export const names: Workload = {
  id: "names",
  about: "names are taken, given back, and left behind by the dead",
  open: async (system: System, chance: Chance): Promise<Load> => {
    const unique = createRegistry<string | readonly [string, number]>(system, { keys: "unique" });
    const topics = createRegistry<string | number>(system, { keys: "duplicate" });
    return {
      round: async () => {
        const pids: Pid[] = [];
        for (let i = 0; i < PROCESSES; i += 1) {
          const pid: Pid = system.spawn(async (self) => {
            await self.receive();
          });
          unique.register(`name ${i}`, pid);
          unique.register(["pair", i % 100], pid);
          topics.register("all", pid);
          topics.register(i % 7, pid);
          if (chance.next() < 0.3) unique.unregister(`name ${i}`, pid);
          if (chance.next() < 0.3) topics.unregister("all", pid);
          pids.push(pid);
        }
        topics.dispatch("all", (entries) => {
          for (const { pid } of entries) pid.exit("kill");
        });
        const downs = pids.map((pid) => pid.down());
        for (const pid of pids) pid.exit(chance.next() < 0.5 ? "kill" : "shutdown");
        await Promise.all(downs);
        return pids.length;
      },
      counts: () => ({ "registry entries": unique.count() + topics.count() }),
    };
  },
};
