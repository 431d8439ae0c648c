import { type System, startTask, taskStream } from "troupe";
import { type Chance, type Load, settled, type Workload } from "../workload.ts";

const TASKS = 60;

/** Tasks fail, are shut down and killed; streams are left half read. */
export const tasks: Workload = {
  id: "tasks",
  about: "tasks fail, are cancelled and killed, streams are left half read",
  open: async (system: System, chance: Chance): Promise<Load> => {
    const work = async (item: number): Promise<number> => {
      await undefined;
      if (item % 5 === 0) throw new Error("struck");
      return item;
    };
    const endless = () =>
      startTask(
        system,
        (self) => new Promise((done) => self.signal.addEventListener("abort", done, { once: true })),
      );
    const stream = async (): Promise<void> => {
      const items = Array.from({ length: 20 }, (_, item) => item);
      const outcomes = taskStream(system, items, work, {
        maxConcurrency: 4,
        timeoutMs: 1_000,
        ordered: chance.next() < 0.5,
      });
      let seen = 0;
      for await (const _outcome of outcomes) {
        seen += 1;
        if (seen === 10) break;
      }
    };
    return {
      round: async () => {
        const running: Promise<unknown>[] = [];
        for (let i = 0; i < TASKS; i += 1) {
          running.push(startTask(system, () => work(i)).result({ timeoutMs: 1_000 }));
          running.push(endless().shutdown(chance.next() < 0.5 ? "brutalKill" : 1_000));
        }
        for (let i = 0; i < 5; i += 1) running.push(stream());
        const late = endless();
        running.push(late.yield({ timeoutMs: 2 }).then(() => late.shutdown(1_000)));
        await settled(running);
        return running.length;
      },
    };
  },
};
