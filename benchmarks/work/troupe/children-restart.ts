import { createRegistry, supervisor } from "troupe";
import { spread } from "../../contender/spread.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { system } from "./driver.ts";

export async function open(size: number): Promise<Work> {
  const names = createRegistry<number>(system, { keys: "unique" });
  const children = Array.from({ length: size }, (_, key) =>
    Counter.child(0, { id: `counter ${key}`, name: names.via(Counter, key) }),
  );
  const limit = { maxRestarts: 1_000_000_000, periodMs: 1 };
  const tree = await system.start(
    supervisor({ strategy: "oneForOne", ...limit, children: [names, ...children] }),
  );
  const order = spread(size, size);
  let at = 0;
  return {
    async run(operations) {
      let restarted = 0;
      for (let i = 0; i < operations; i += 1) {
        const key = order[at]!;
        at = at + 1 === size ? 0 : at + 1;
        const before = names.lookup(key)[0]!.pid;
        const down = before.down();
        before.exit("kill");
        await down;
        const after = names.lookup(key)[0]?.pid;
        if (after !== undefined && after !== before) restarted += 1;
      }
      return restarted;
    },
    async settle() {
      expectSame("running", (await tree.call.countChildren()).active, size + 1);
    },
  };
}
