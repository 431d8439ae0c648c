import { defineActor, type PidOf, reply } from "troupe";
import { spread } from "../../contender/spread.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { burst, system } from "./driver.ts";

let heard = 0;
const Listener = defineActor({
  name: "listener",
  init: () => 0,
  calls: { count: (count: number) => reply(count, count) },
  casts: {
    told: (count: number) => {
      heard += 1;
      return count + 1;
    },
  },
});

export async function open(size: number): Promise<Work> {
  const started: PidOf<typeof Listener>[] = [];
  while (started.length < size) started.push(await system.start(Listener));
  const listeners = spread(size, size).map((place) => started[place]!);
  let at = 0;
  return {
    async run(operations) {
      heard = 0;
      const first = listeners[at]!;
      const before = await first.call.count();
      const told = Math.ceil(operations / size);
      for (let sent = 0; sent < operations; ) {
        const end = Math.min(sent + burst, operations);
        for (; sent < end; sent += 1) {
          listeners[at]!.cast.told();
          at = at + 1 === size ? 0 : at + 1;
        }
        // Behind all that was sent.
        await listeners[at === 0 ? size - 1 : at - 1]!.call.count();
      }
      expectSame("of the first", (await first.call.count()) - before, told);
      return heard;
    },
  };
}
