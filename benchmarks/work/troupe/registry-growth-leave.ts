import { createRegistry, type Pid } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";

export function open(size: number): Work {
  const groups = createRegistry(system, { keys: "duplicate" });
  const members: Pid[] = [];
  while (members.length < size) {
    const member: Pid = system.spawn(async (self) => void (await self.receive()));
    expectSame("registered", groups.register("all", member).ok, true);
    members.push(member);
  }
  // The same hundred come and go: they stand somewhere in the middle, then at the end.
  const restless = members.slice(size >> 1, (size >> 1) + 100);
  return {
    run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        const member = restless[i % restless.length]!;
        if (groups.unregister("all", member) && groups.register("all", member).ok) done += 1;
      }
      return done;
    },
    settle: () => expectSame("members left", groups.lookup("all").length, size),
  };
}
