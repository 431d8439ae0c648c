/**
 * A tree that has not been started, as text: what is known of it from its specs alone.
 *
 * @module
 */

import { behaviourOf } from "../actors/behaviour.ts";
import { type ChildSpec, LAUNCH } from "../core/child-spec.ts";
import { wholeBudget } from "../core/restart-intensity.ts";

/**
 * The tree that a root would start, one line for each child.
 *
 * @param name - of the application
 *
 * @example
 * ```ts
 * import { defineActor, supervisor } from "troupe";
 *
 * const Till = defineActor({ name: "till", init: () => 0 });
 * const till = Till.child(undefined, { id: "left", restart: "transient" });
 * planText("shop", supervisor({ id: "tills", strategy: "oneForOne", children: [till] }));
 * //=> "shop\n└── tills · oneForOne, forgives 3 restarts within 5000 ms\n    └── left: till · transient"
 * ```
 */
export function planText(name: string, root: ChildSpec): string {
  return [name, ...linesOf(root, "", true)].join("\n");
}

function linesOf(spec: ChildSpec, indent: string, isLast: boolean): string[] {
  const children = planOf(spec)?.children ?? [];
  const below = `${indent}${isLast ? "    " : "│   "}`;
  return [
    `${indent}${isLast ? "└── " : "├── "}${lineOf(spec)}`,
    ...children.flatMap((child, at) => linesOf(child, below, at === children.length - 1)),
  ];
}

function lineOf(spec: ChildSpec): string {
  const { id, restart, significant } = spec;
  const launch = spec[LAUNCH];
  const definition = launch.kind === "actor" ? behaviourOf(launch.definition).name : id;
  const notes = [
    supervisionOf(spec),
    launch.kind === "function" ? "started by a function: what comes of it is not known before" : "",
    restart === "permanent" ? "" : restart,
    significant ? "significant" : "",
    budgetOf(spec),
  ].filter((note) => note !== "");
  return [definition === id ? id : `${id}: ${definition}`, ...notes].join(" · ");
}

function budgetOf({ budget }: ChildSpec): string {
  if (budget === undefined) return "";
  const { maxRestarts, periodMs, whenSpent } = wholeBudget(budget);
  const then = whenSpent === "leave" ? ", then it stays down" : "";
  return `by itself forgiven ${restartsWithin(maxRestarts, periodMs)}${then}`;
}

function supervisionOf(spec: ChildSpec): string {
  const plan = planOf(spec);
  const later = "its children come while it runs";
  if (plan === undefined) return spec.type === "supervisor" ? later : "";
  const forgives = `forgives ${restartsWithin(plan.maxRestarts, plan.periodMs)}`;
  return plan.children === undefined ? `dynamic, ${forgives} · ${later}` : `${plan.strategy}, ${forgives}`;
}

function restartsWithin(maxRestarts: number, periodMs: number): string {
  if (maxRestarts === Number.POSITIVE_INFINITY) return "all restarts";
  const restarts = maxRestarts === 1 ? "1 restart" : `${maxRestarts} restarts`;
  return `${maxRestarts === 0 ? "none" : restarts} within ${periodMs} ms`;
}

function planOf(spec: ChildSpec) {
  const launch = spec[LAUNCH];
  return launch.kind === "actor" ? launch.plan : undefined;
}
