import { fromMachine } from "troupe/machines";
import { weigh } from "../../contender/weigh.ts";
import type { Work } from "../../contender/work.ts";
import { turnstile } from "../xstate/turnstile.ts";
import { system } from "./driver.ts";

const Turnstile = fromMachine(turnstile);

export function open(): Work {
  return {
    run: (operations) =>
      weigh(operations, {
        start: () => system.start(Turnstile),
        // Asked after the weighing, since an answer leaves a mailbox behind.
        isAlive: async (pid) => (await pid.call.snapshot()).value === "locked",
        stop: (pid) => pid.stop(),
      }),
  };
}
