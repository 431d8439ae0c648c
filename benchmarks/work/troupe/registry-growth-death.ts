import { createRegistry, type Pid, type UniqueRegistry } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

const AT_ONCE = 100;

export async function open(size: number): Promise<Work> {
  const names = createRegistry(system, { keys: "unique" });
  const owner = await system.start(Counter, 0);
  for (let i = 0; i < size; i += 1) expectSame(`user:${i}`, names.register(`user:${i}`, owner).ok, true);
  return {
    async run(operations) {
      let done = 0;
      while (done < operations) {
        const mortal: Pid[] = [];
        for (; mortal.length < Math.min(AT_ONCE, operations - done); )
          mortal.push(born(names, mortal.length));
        const deaths = mortal.map((pid) => pid.down());
        for (const pid of mortal) pid.exit("kill");
        await Promise.all(deaths);
        expectSame("keys of the dead", mortal.flatMap((pid) => names.keys(pid)).length, 0);
        done += mortal.length;
      }
      return done;
    },
    settle: () => expectSame("entries left", names.count(), size),
  };
}

function born(names: UniqueRegistry<string>, at: number): Pid {
  const pid: Pid = system.spawn(async (self) => void (await self.receive()));
  expectSame("registered", names.register(`mortal:${at}`, pid).ok, true);
  return pid;
}
