import { type CallSelf, defineActor, noReply, reply } from "troupe";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";

type From = CallSelf<number>["from"];

/** Answers some calls at once, and some when it is told to. */
const Desk = defineActor({
  name: "desk",
  init: (): From[] => [],
  calls: {
    ask: (waiting, n: number) => reply(n, waiting),
    wait: (waiting, _none: undefined, self: CallSelf<number>) => {
      waiting.push(self.from);
      return noReply(waiting);
    },
    release: (waiting) => {
      for (const [place, from] of waiting.entries()) from.reply(place);
      return reply(waiting.length, [] as From[]);
    },
  },
});

export async function open(size: number): Promise<Work> {
  const desk = await system.start(Desk);
  return {
    async run(operations) {
      const waiting = Array.from({ length: size }, () => desk.call.wait(undefined, { timeoutMs: limitMs }));
      let counted = 0;
      await desk.call.ask(0);
      const begunMs = performance.now();
      for (let n = 0; n < operations; n += 1) if ((await desk.call.ask(n)) === n) counted += 1;
      const tookMs = performance.now() - begunMs;
      expectSame("released", await desk.call.release(), size);
      expectSame("the last of them", (await Promise.all(waiting)).at(-1), size - 1);
      return { counted, figure: counted / (tookMs / 1_000) };
    },
  };
}
