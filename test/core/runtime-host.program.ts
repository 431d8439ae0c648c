/**
 * Shows what keeps the host alive: run with the name of a case and the milliseconds of a timer; prints `fired` if it
 * lived that long.
 */
import { noAttribution } from "../../src/core/attribution.ts";
import { hostRuntime } from "../../src/core/runtime-host.ts";

const { clock, scheduler } = hostRuntime(noAttribution);

const CASES: Readonly<Record<string, () => void>> = {
  held: () => scheduler.hold(),
  free: () => undefined,
  "held and released": () => {
    scheduler.hold();
    scheduler.release();
  },
  "held once more than released": () => {
    scheduler.hold();
    scheduler.release();
    scheduler.hold();
  },
};

clock.setTimer(() => {
  process.stdout.write("fired");
  scheduler.release();
}, Number(process.argv[3]));
CASES[process.argv[2]!]!();
