import { createActor } from "xstate";
import { weigh } from "../../contender/weigh.ts";
import type { Work } from "../../contender/work.ts";
import { turnstile } from "./turnstile.ts";

export function open(): Work {
  return {
    run: (operations) =>
      weigh(operations, {
        start: () => createActor(turnstile).start(),
        isAlive: (actor) => actor.getSnapshot().value === "locked",
        stop: (actor) => actor.stop(),
      }),
  };
}
