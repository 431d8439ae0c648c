import { Effect, Fiber } from "effect";
import { angle, compute } from "../../contender/savina.ts";
import type { Work } from "../../contender/work.ts";

/** A fiber is forked with what it works on, and joined with what it comes to: no message is sent. */
const runner = (theta: number): Effect.Effect<number> =>
  Effect.sync(() => {
    compute(theta);
    return 1;
  });

const TOGETHER = 1_000;

export function open(): Work {
  return {
    run: (operations) =>
      Effect.runPromise(
        Effect.gen(function* () {
          let joined = 0;
          for (let begun = 0; begun < operations; begun += TOGETHER) {
            const fibers: Fiber.Fiber<number>[] = [];
            const here = Math.min(TOGETHER, operations - begun);
            while (fibers.length < here) fibers.push(yield* Effect.forkChild(runner(angle)));
            for (const fiber of fibers) joined += yield* Fiber.join(fiber);
          }
          return joined;
        }),
      ),
  };
}
