import { defineActor, type PidOf, stop } from "troupe";
import { angle, compute } from "../../contender/savina.ts";
import type { Work } from "../../contender/work.ts";
import { burst, limitMs, Sender, system } from "./driver.ts";
import { Join, type TakesCounts } from "./join.ts";

const Runner = defineActor({
  name: "runner",
  init: (join: TakesCounts) => join,
  info: (join, theta: number) => {
    compute(theta);
    join.send(1);
    return stop("normal", join);
  },
});

export async function open(): Promise<Work> {
  const join = await system.start(Join);
  const begin = (runner: PidOf<typeof Runner>) => runner.send(angle);
  const sender = await system.start(Sender, {
    tell: () => void system.start(Runner, join).then(begin),
    burst,
  });
  return {
    async run(operations) {
      const joined = join.call.wait(operations, { timeoutMs: limitMs });
      await sender.call.send(operations, { timeoutMs: limitMs });
      return joined;
    },
  };
}
