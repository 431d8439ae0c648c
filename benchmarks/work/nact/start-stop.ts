import { spawn, start, stop } from "nact";
import type { Work } from "../../contender/work.ts";

export function open(): Work {
  const system = start();
  return {
    async run(operations) {
      let started = 0;
      let stopped = 0;
      const properties = {
        initialStateFunc: () => {
          started += 1;
          return 0;
        },
        afterStop: () => {
          stopped += 1;
        },
      };
      // Names that are made up may collide, so these are given.
      for (let i = 0; i < operations; i += 1)
        stop(spawn(system, (count: number) => count, `${i}`, properties));
      // `afterStop` runs in an immediate of its own, before one that is asked for later.
      await new Promise((resolve) => setImmediate(resolve));
      return Math.min(started, stopped);
    },
  };
}
