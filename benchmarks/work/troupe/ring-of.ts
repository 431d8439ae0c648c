import type { Work } from "../../contender/work.ts";
import { limitMs, system } from "./driver.ts";
import { Player } from "./player.ts";

/** So many actors in a ring; a round sends one ball round it. Two of them play ping-pong. */
export async function openRing(size: number): Promise<Work> {
  const last = await system.start(Player, undefined);
  const players = [last];
  while (players.length < size) players.unshift(await system.start(Player, players[0]));
  await last.call.handTo(players[0]!);
  return {
    async run(operations) {
      const final = players[(operations - 1) % size]!;
      const done = final.call.lastHop(undefined, { timeoutMs: limitMs });
      players[0]!.send(operations);
      await done;
      let counted = 0;
      for (const player of players) counted += await player.call.take();
      return counted;
    },
  };
}
