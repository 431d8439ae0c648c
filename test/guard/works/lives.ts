import { dynamicSupervisor } from "troupe";
import { Counter, inside, startCounter, system, type Works } from "./cast.ts";

const DELAY_MS = 600_000;

/** Starts and ends, links and monitors, timers. */
export async function lives(): Promise<Works> {
  const children = await system.start(dynamicSupervisor());
  const other = await startCounter();
  let done = 0;
  /** What is done inside one handler, counted. */
  const counted = async (work: Parameters<typeof inside>[0]) => {
    const { burst } = await inside(work);
    return async (operations: number): Promise<number> => {
      done = 0;
      await burst(operations);
      return done;
    };
  };

  return {
    spawn: async (operations) => {
      let ran = 0;
      for (let i = 0; i < operations; i += 1) {
        await system
          .spawn(() => {
            ran += 1;
          })
          .down();
      }
      return ran;
    },
    "start and stop": async (operations) => {
      let stopped = 0;
      for (let i = 0; i < operations; i += 1) {
        const pid = await startCounter();
        await pid.stop();
        stopped += 1;
      }
      return stopped;
    },
    "start and stop of a child": async (operations) => {
      let stopped = 0;
      for (let i = 0; i < operations; i += 1) {
        const pid = await children.call.startChild(Counter, undefined);
        if (await children.call.terminateChild(pid)) stopped += 1;
      }
      return stopped;
    },
    "link and unlink": await counted((self) => {
      self.link(other);
      self.unlink(other);
      done += 1;
    }),
    "monitor and demonitor": await counted((self) => {
      if (self.demonitor(self.monitor(other))) done += 1;
    }),
    "arm and cancel a timer": await counted((self) => {
      if (self.sendAfter(DELAY_MS, 1).cancel() !== false) done += 1;
    }),
  };
}
