import { Effect, Fiber, Queue } from "effect";
import type { Work } from "../../contender/work.ts";

/** Takes so many balls out of its queue, and puts all but the very last, one hop shorter, into the other's. */
function player(mine: Queue.Queue<number>, other: Queue.Queue<number>, balls: number): Effect.Effect<number> {
  return Effect.gen(function* () {
    let seen = 0;
    while (seen < balls) {
      const left = yield* Queue.take(mine);
      seen += 1;
      if (left > 1) yield* Queue.offer(other, left - 1);
    }
    return seen;
  });
}

/** Two fibers, each with a queue. */
export function open(): Work {
  return {
    run: (operations) =>
      Effect.runPromise(
        Effect.gen(function* () {
          const [one, other] = [yield* Queue.unbounded<number>(), yield* Queue.unbounded<number>()];
          const first = yield* Effect.forkChild(player(one, other, Math.ceil(operations / 2)));
          const second = yield* Effect.forkChild(player(other, one, Math.floor(operations / 2)));
          yield* Queue.offer(one, operations);
          return (yield* Fiber.join(first)) + (yield* Fiber.join(second));
        }),
      ),
  };
}
