/**
 * 01 · A counter
 *
 * One process that owns one number. We start it, ask it, break it on purpose,
 * and look at what a crash leaves behind. Next: 02, where a supervisor cares.
 */
import { createSystem, defineActor, reply } from "troupe";

// 1. The actor: a value to start from, and one answer per question. Each answer
//    names the reply and the next state; nothing else can change the number.
export const Counter = defineActor({
  name: "counter",
  init: (start: number) => start,
  calls: {
    get: (count) => reply(count, count),
    bump: (count, by: number) => {
      if (!Number.isFinite(by)) throw new RangeError(`cannot bump by ${by}`);
      return reply(count + by, count + by);
    },
  },
  casts: {
    reset: () => 0,
  },
});

// 2. Start it and ask. A cast tells and does not wait; the next call sees its effect.
const system = createSystem({ logger: false });
const counter = await system.start(Counter, 5);
await counter.call.bump(2); //=> 7
counter.cast.reset();
await counter.call.get(); //=> 0

// 3. A bad bump ends the process, not the program. Whoever waits for its end learns why.
const down = counter.down();
await counter.call.bump(Number.NaN).catch((error) => error.code); //=> "ERR_EXITED"
await down; //=> { kind: "error", error: RangeError("cannot bump by NaN") }

// 4. Its pid is dead for good: nothing happened, so a retry elsewhere is safe.
await counter.call.get().catch((error) => [error.code, error.handled]); //=> ["ERR_NOPROC", "no"]

await system.stop();
