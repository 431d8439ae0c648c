import { defineActor, type MonitorRef, type Pid, reply, type System } from "troupe";
import { below, type Chance, type Load, type Workload } from "../workload.ts";

const PROCESSES = 200;

/** Traps exits; what it is tied to ends, is let go, or is killed. */
const hubWith = (chance: Chance) =>
  defineActor({
    name: "hub",
    init: () => 0,
    calls: {
      tie: (ends, _none: undefined, self) => {
        const pids: Pid[] = [];
        for (let i = 0; i < PROCESSES; i += 1) {
          const pid: Pid = self.spawn(async (mine) => {
            await mine.receive();
          });
          const ref: MonitorRef = self.monitor(pid);
          if (chance.next() < 0.3) self.monitor(pid);
          if (chance.next() < 0.3) self.demonitor(ref, { flush: true });
          if (chance.next() < 0.3) self.unlink(pid);
          if (chance.next() < 0.1) self.link(pid);
          self.sendAfter(60_000, pid.toString()).cancel();
          pids.push(pid);
        }
        return reply(pids, ends);
      },
    },
    exit: (ends) => ends + 1,
    down: (ends) => ends + 1,
    info: (ends, _message: string) => ends,
  });

/** Links and monitors are made, dropped and used. */
export const ties: Workload = {
  id: "ties",
  about: "links and monitors are made, dropped and used",
  open: async (system: System, chance: Chance): Promise<Load> => {
    const hub = await system.start(hubWith(chance));
    return {
      round: async () => {
        const pids = await hub.call.tie(undefined, { timeoutMs: 1_000 });
        const downs = pids.map((pid) => pid.down());
        for (const pid of pids) {
          const way = below(chance, 3);
          if (way === 0) pid.exit("kill");
          else if (way === 1) pid.exit(new Error("struck"));
          else (pid as Pid<never> & { send(message: unknown): void }).send("go");
        }
        await Promise.all(downs);
        return pids.length;
      },
    };
  },
};
