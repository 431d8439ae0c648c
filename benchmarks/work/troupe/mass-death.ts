import { createRegistry, type Pid } from "troupe";
import { collect } from "../../contender/weigh.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";

/**
 * Each owner has a name of its own, and all are members of one group. They have lived through a collection, as those of
 * a service have; otherwise the first would move 100,000 of them while they die.
 */
export function open(): Work {
  const names = createRegistry<number>(system, { keys: "unique" });
  const groups = createRegistry(system, { keys: "duplicate" });
  return {
    async run(owners) {
      const pids: Pid[] = [];
      let begun = 0;
      for (let at = 0; at < owners; at += 1) {
        const pid: Pid = system.spawn(async (self) => {
          begun += 1;
          await self.receive();
        });
        expectSame("registered", names.register(at, pid).ok && groups.register("all", pid).ok, true);
        pids.push(pid);
      }
      while (begun < owners) await macrotask();
      collect();
      await macrotask();
      for (const pid of pids) pid.exit("kill");
      let figure = 0;
      while (names.count() + groups.count() > 0) {
        const slice = stopwatch();
        await macrotask();
        figure = Math.max(figure, slice());
      }
      expectSame("members found", groups.lookup("all").length, 0);
      return { counted: pids.length, figure };
    },
  };
}

/** Milliseconds since, of the clock or of this process, whichever were less: others may have had the processor. */
function stopwatch(): () => number {
  const atMs = performance.now();
  const used = process.cpuUsage();
  return () => {
    const { user, system: kernel } = process.cpuUsage(used);
    return Math.min(performance.now() - atMs, (user + kernel) / 1_000);
  };
}

/** The event loop comes round. */
function macrotask(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
