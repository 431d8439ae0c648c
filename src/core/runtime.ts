/**
 * The runtime seam: time, order, chance and blame, handed to a system as one value. Nothing else in
 * the library touches the host's clock, timers, queues or random numbers.
 *
 * @module
 */

import type { Attribution } from "./attribution.ts";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** Everything a system takes from its host. */
export interface Runtime {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly attribution: Attribution;
}
