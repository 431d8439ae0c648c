import { defineActor, type PidOf, reply } from "troupe";
import { angle, compute, runners } from "../../contender/savina.ts";
import { expectSame, type Work } from "../../contender/work.ts";
import { limitMs, Sender, system } from "./driver.ts";

const Runner = defineActor({
  name: "runner",
  init: () => 0,
  calls: { take: (handled) => reply(handled, 0) },
  info: (handled, theta: number) => {
    compute(theta);
    return handled + 1;
  },
});

export async function open(): Promise<Work> {
  const team: PidOf<typeof Runner>[] = [];
  while (team.length < runners) team.push(await system.start(Runner));
  const tell = () => {
    for (const runner of team) runner.send(angle);
  };
  const sender = await system.start(Sender, { tell, burst: 16 });
  return {
    async run(operations) {
      await sender.call.send(operations / runners, { timeoutMs: limitMs });
      const handled = await Promise.all(team.map((runner) => runner.call.take()));
      for (const count of handled) expectSame("handled by each", count, operations / runners);
      return handled.reduce((sum, count) => sum + count, 0);
    },
  };
}
