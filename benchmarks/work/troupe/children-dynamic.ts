import { dynamicSupervisor } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { alive, Child } from "./children.ts";
import { system } from "./driver.ts";

export async function open(size: number): Promise<Work> {
  const children = await system.start(dynamicSupervisor());
  for (let started = 0; started < size; started += 1) await children.call.startChild(Child);
  const others = alive.count;
  return {
    async run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        const pid = await children.call.startChild(Child);
        if ((await children.call.terminateChild(pid)) && alive.count === others) done += 1;
      }
      return done;
    },
    async settle() {
      expectSame("left", (await children.call.countChildren()).active, size);
    },
  };
}
