import { defineActor } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";
import { many } from "./many.ts";

let [begun, ended] = [0, 0];
const Guest = defineActor({
  name: "guest",
  init: () => {
    begun += 1;
    return 0;
  },
  terminate: () => {
    ended += 1;
  },
});

export async function open(size: number): Promise<Work> {
  const others = await many(size);
  return {
    async run(operations) {
      [begun, ended] = [0, 0];
      for (let i = 0; i < operations; i += 1) await (await system.start(Guest)).stop();
      expectSame("terminated", ended, begun);
      return begun;
    },
    async settle() {
      expectSame("the last of the others", await others.at(-1)!.call.take(), 0);
    },
  };
}
