import type { Entry, Pid, Speaks } from "troupe";
import type { Work } from "../../contender/work.ts";
import { limitMs, Sender, system } from "./driver.ts";
import { openMembers, takeAll } from "./members.ts";

const MEMBERS = 990;

export async function open(): Promise<Work> {
  const { names, members } = await openMembers(MEMBERS);
  let place = 0;
  const tellAll = (entries: readonly Entry<undefined>[]) => {
    for (const { pid } of entries) (pid as Pid<Speaks<{}, {}, number>>).send(place);
  };
  const tell = (next: number) => {
    place = next;
    names.dispatch("pool", tellAll);
  };
  const sender = await system.start(Sender, { tell, burst: 1 }); // one dispatch is a burst already
  return {
    async run(operations) {
      await sender.call.send(operations / MEMBERS, { timeoutMs: limitMs });
      return (await takeAll(members)).reduce((sum, count) => sum + count, 0);
    },
  };
}
