import { supervisor } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { alive, Child, specs } from "./children.ts";
import { system } from "./driver.ts";

export async function open(size: number): Promise<Work> {
  const tree = await system.start(supervisor({ strategy: "oneForOne", children: specs(size) }));
  const others = alive.count;
  const guest = Child.child(undefined, { id: "guest" });
  return {
    async run(operations) {
      let done = 0;
      for (let i = 0; i < operations; i += 1) {
        await tree.call.startChild(guest);
        const runs = alive.count === others + 1;
        await tree.call.terminateChild("guest");
        if ((await tree.call.deleteChild("guest")) && runs) done += 1;
      }
      return done;
    },
    async settle() {
      expectSame("left running", alive.count, others);
      expectSame("left", (await tree.call.countChildren()).active, size);
    },
  };
}
