import { BenchFault, expectSame, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";

const isWanted = (message: unknown): message is "wanted" => message === "wanted";

export function open(size: number): Work {
  let taken = 0;
  let done = (): void => undefined;
  const pid = system.spawn<number | "wanted">(async (self) => {
    for (;;) {
      expectSame("taken", await self.receive(isWanted), "wanted");
      taken += 1;
      done();
    }
  });
  for (let waiting = 1; waiting < size; waiting += 1) pid.send(waiting);
  return {
    async run(operations) {
      taken = 0;
      for (let i = 0; i < operations; i += 1) {
        const heard = new Promise<void>((resolve) => {
          done = resolve;
        });
        pid.send("wanted");
        await heard;
      }
      return taken;
    },
    settle() {
      const queued = system.processes().find((one) => one.pid === pid)?.queued;
      if (queued === undefined) throw new BenchFault("the receiver has died");
      expectSame("left waiting", queued, size - 1);
    },
  };
}
