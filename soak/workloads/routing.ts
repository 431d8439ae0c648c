import {
  createRegistry,
  createRoutingPool,
  defineActor,
  dynamicSupervisor,
  reply,
  type System,
} from "troupe";
import { below, type Chance, type Load, settled, type Workload } from "../workload.ts";

const MEMBERS = 8;
const CALLS = 400;

/** Members of a routing pool die under the calls they have. */
export const routing: Workload = {
  id: "routing",
  about: "members of a routing pool die under their calls",
  open: async (system: System, chance: Chance): Promise<Load> => {
    const registry = createRegistry(system, { keys: "duplicate" });
    const Member = defineActor({
      name: "member",
      init: (_none: undefined, self) => {
        registry.register("members", self.pid);
        return 0;
      },
      calls: {
        work: async (done, fails: boolean) => {
          await undefined;
          if (fails) throw new Error("struck");
          return reply(done, done + 1);
        },
      },
    });
    const app = await system.start(dynamicSupervisor({ maxRestarts: 1_000_000, periodMs: 20 }));
    for (let i = 0; i < MEMBERS; i += 1) await app.call.startChild(Member.child(undefined, { id: `${i}` }));
    const pool = createRoutingPool(registry, Member, "members", { waitMs: 1_000 });
    return {
      round: async () => {
        const asked = Array.from({ length: CALLS }, () =>
          pool.call.work(chance.next() < 0.05, { timeoutMs: 1_000 }),
        );
        const failed = settled(asked);
        const members = registry.lookup("members");
        members[below(chance, members.length)]?.pid.exit("kill");
        const faults = await failed;
        // all are back when the supervisor has had its turn
        await app.call.countChildren();
        return faults;
      },
      counts: () => ({ "registry entries": registry.count(), "waiting for a member": pool.stats().waiting }),
    };
  },
};
