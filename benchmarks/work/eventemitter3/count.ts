import { EventEmitter } from "eventemitter3";
import { counting } from "../../contender/counting.ts";
import type { Work } from "../../contender/work.ts";

export function open(): Work {
  const emitter = new EventEmitter();
  const { listener, take } = counting();
  emitter.on("number", listener);
  return {
    run(operations) {
      for (let place = 0; place < operations; place += 1) emitter.emit("number", place);
      return take();
    },
  };
}
