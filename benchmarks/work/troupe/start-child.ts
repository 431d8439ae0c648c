import { dynamicSupervisor } from "troupe";
import type { Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { Caller, limitMs, system } from "./driver.ts";

export async function open(): Promise<Work> {
  const startSupervisor = () => system.start(dynamicSupervisor());
  let children = await startSupervisor();
  const caller = await system.start(Caller, () => children.call.startChild(Counter, 0));
  return {
    async run(operations) {
      await caller.call.repeat(operations, { timeoutMs: limitMs });
      return (await children.call.countChildren()).active;
    },
    async settle() {
      await children.stop({ timeoutMs: limitMs });
      children = await startSupervisor();
    },
  };
}
