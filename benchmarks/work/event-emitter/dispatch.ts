import { EventEmitter } from "node:events";
import { counting } from "../../contender/counting.ts";
import type { Work } from "../../contender/work.ts";

const MEMBERS = 990;

export function open(): Work {
  const emitter = new EventEmitter().setMaxListeners(MEMBERS);
  const members = Array.from({ length: MEMBERS }, counting);
  for (const { listener } of members) emitter.on("number", listener);
  return {
    run(operations) {
      for (let place = 0; place < operations / MEMBERS; place += 1) emitter.emit("number", place);
      return members.reduce((sum, { take }) => sum + take(), 0);
    },
  };
}
