/**
 * Restart plan: which siblings stop, and who starts, when one child is restarted.
 *
 * @module
 */

import type { Restart } from "../core/child-spec.ts";

/**
 * Who is restarted when one child is: that child, all children, or that child and those after it.
 *
 * @follows Elixir `Supervisor`, strategies
 */
export type SupervisorStrategy = "oneForOne" | "oneForAll" | "restForOne";

/** What a plan looks at in each child. */
export interface Planned {
  readonly id: string;
  readonly restart: Restart;
}

/** Ids in the order in which to act; those who stop and do not start again are dropped. */
export interface RestartPlan {
  readonly stop: readonly string[];
  readonly start: readonly string[];
}

/**
 * Plans the restart of one child.
 *
 * @param children - all of them, in the order of their start
 * @param id - the child that ended
 * @follows Erlang `supervisor`; siblings that are temporary stop and are dropped
 *
 * @example
 * ```ts
 * const children = ["a", "b", "c"].map((id) => ({ id, restart: "permanent" as const }));
 * restartPlan("oneForOne", children, "b"); //=> { stop: [], start: ["b"] }
 * restartPlan("restForOne", children, "b"); //=> { stop: ["c"], start: ["b", "c"] }
 * restartPlan("oneForAll", children, "b"); //=> { stop: ["c", "a"], start: ["a", "b", "c"] }
 * ```
 */
export function restartPlan(
  strategy: SupervisorStrategy,
  children: readonly Planned[],
  id: string,
): RestartPlan {
  const group = groupOf(strategy, children, id);
  return {
    stop: group
      .filter((child) => child.id !== id)
      .map((child) => child.id)
      .reverse(),
    start: group.filter((child) => child.id === id || child.restart !== "temporary").map((child) => child.id),
  };
}

function groupOf(strategy: SupervisorStrategy, children: readonly Planned[], id: string): readonly Planned[] {
  const at = children.findIndex((child) => child.id === id);
  switch (strategy) {
    case "oneForOne":
      return children.slice(at, at + 1);
    case "restForOne":
      return children.slice(at);
    case "oneForAll":
      return children;
  }
}
