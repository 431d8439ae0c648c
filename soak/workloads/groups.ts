import { createProcessGroups, defineActor, type Pid, reply, type System } from "troupe";
import type { Chance, Load, Workload } from "../workload.ts";

const MEMBERS = 200;

/** Members join, leave and die; observers come and go. */
export const groups: Workload = {
  id: "groups",
  about: "members of process groups join, leave and die before observers",
  open: async (system: System, chance: Chance): Promise<Load> => {
    const processGroups = createProcessGroups(system);
    const Observer = defineActor({
      name: "observer",
      init: () => 0,
      calls: {
        look: (seen, _none: undefined, self) => {
          processGroups.monitor(self);
          processGroups.demonitor(processGroups.monitor(self, "even").ref);
          return reply(undefined, seen);
        },
      },
      info: (seen, _change: unknown) => seen + 1,
    });
    return {
      round: async () => {
        const observers = await Promise.all(Array.from({ length: 5 }, () => system.start(Observer)));
        for (const observer of observers) await observer.call.look(undefined, { timeoutMs: 1_000 });
        const members: Pid[] = Array.from({ length: MEMBERS }, () =>
          system.spawn(async (self) => {
            await self.receive();
          }),
        );
        for (const [i, pid] of members.entries()) {
          processGroups.join("all", pid);
          processGroups.join(i % 2 === 0 ? "even" : "odd", [pid, pid]);
          if (chance.next() < 0.4) processGroups.leave("all", pid);
        }
        const ending = [...observers, ...members];
        const downs = ending.map((pid) => pid.down());
        for (const pid of ending) pid.exit(chance.next() < 0.5 ? "kill" : "shutdown");
        await Promise.all(downs);
        return ending.length;
      },
      counts: () => ({ groups: processGroups.groups().length }),
    };
  },
};
