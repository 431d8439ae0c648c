import { createRegistry, type Pid } from "troupe";
import { expectSame, type Outcome, type Work } from "../../contender/work.ts";
import { system } from "./driver.ts";

export function open(): Work {
  const names = createRegistry<number>(system, { keys: "unique" });
  return {
    run: (rounds) =>
      new Promise<Outcome>((done) => {
        let figure = 0;
        // The observer reads after it has been told of the death.
        system.spawn(async (self) => {
          for (let key = 0; key < rounds; key += 1) {
            const pid: Pid = system.spawn(async (other) => void (await other.receive()));
            expectSame("registered", names.register(key, pid).ok, true);
            self.monitor(pid);
            pid.exit("kill");
            await self.receive();
            if (names.lookup(key).length > 0) figure += 1;
          }
          done({ counted: rounds, figure });
        });
      }),
    settle: () => expectSame("entries left", names.count(), 0),
  };
}
