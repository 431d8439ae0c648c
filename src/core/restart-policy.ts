/**
 * Restart policy: is a child that ended started again?
 *
 * ```ts
 * isRestarted("permanent", { kind: "normal" }); //=> true
 * isRestarted("transient", { kind: "shutdown" }); //=> false
 * isRestarted("transient", { kind: "killed" }); //=> true
 * isRestarted("temporary", { kind: "killed" }); //=> false
 * ```
 *
 * @module
 */

import type { Restart } from "./child-spec.ts";
import { type ExitReason, isOrderly } from "./exit-reason.ts";

/**
 * Says whether a child that ended by itself is started again.
 *
 * @param restart - what its spec says
 * @param reason - why it ended
 * @follows Elixir `Supervisor`, restart values
 */
export function isRestarted(restart: Restart, reason: ExitReason): boolean {
  switch (restart) {
    case "permanent":
      return true;
    case "transient":
      return !isOrderly(reason);
    case "temporary":
      return false;
  }
}

/** When the end of a significant child ends its supervisor. */
export type AutoShutdown = "never" | "anySignificant" | "allSignificant";

/** What automatic shutdown looks at in each of the other children. */
export interface Significance {
  readonly significant: boolean;
  /** It runs, or is about to run again. */
  readonly active: boolean;
}

/**
 * Says whether a supervisor ends because `ended` has ended by itself and is not started again.
 *
 * @param others - the children that are left
 * @follows Elixir `Supervisor`, automatic shutdown
 *
 * @example
 * ```ts
 * const ended = { significant: true };
 * endsSupervisor("anySignificant", ended, []); //=> true
 * endsSupervisor("allSignificant", ended, [{ significant: true, active: true }]); //=> false
 * ```
 */
export function endsSupervisor(
  autoShutdown: AutoShutdown,
  ended: Pick<Significance, "significant">,
  others: readonly Significance[],
): boolean {
  if (!ended.significant) return false;
  switch (autoShutdown) {
    case "never":
      return false;
    case "anySignificant":
      return true;
    case "allSignificant":
      return !others.some(({ significant, active }) => significant && active);
  }
}
