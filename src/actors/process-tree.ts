/**
 * The supervision tree as a value, and as text.
 *
 * A process knows its parent and a parent does not know its children, so that an idle actor pays nothing
 * for being in the picture: the tree is put together from all processes when somebody asks, in
 * O(processes). Only supervisors know more: the ids of their children, and those that have no process now.
 *
 * @module
 */

import type { Kernel, Process } from "./process.ts";
import { type ProcessSummary, summaryOf } from "./process-info.ts";

/** A process with its children, or a child that has no process at the moment. */
export interface ProcessNode {
  /** Its id under its supervisor; `undefined` under any other parent. */
  readonly id: string | undefined;
  /** `undefined` while a supervised child has no process. */
  readonly process: ProcessSummary | undefined;
  /** For children of supervisors: `running`, `restarting`, `stopped` and the moments between. */
  readonly phase: string | undefined;
  /** In the order in which they started; under a supervisor in the order of its children. */
  readonly children: readonly ProcessNode[];
}

/** All processes of a system, under the root. */
export interface ProcessTree {
  /** The name of the system. */
  readonly system: string;
  readonly children: readonly ProcessNode[];
}

/** What a supervisor says of a child; its state stays its own. */
export interface OutlinedChild {
  readonly id: string;
  readonly phase: string;
  readonly process: Process | undefined;
}

interface Growing extends ProcessNode {
  readonly children: Growing[];
}

/** Puts the tree together; O(processes). */
export function treeOf(kernel: Kernel, system: string): ProcessTree {
  const known = new Map<Process, OutlinedChild>();
  const outlines = new Map<Process, readonly OutlinedChild[]>();
  for (const process of kernel.table.values()) {
    const outline = outlineOf(process);
    if (outline === undefined) continue;
    outlines.set(process, outline);
    for (const child of outline) if (child.process !== undefined) known.set(child.process, child);
  }
  const nodes = new Map<Process, Growing>();
  for (const process of kernel.table.values()) nodes.set(process, nodeOf(known.get(process), process));
  for (const [process, outline] of outlines) {
    for (const child of outline) {
      const node = child.process === undefined ? undefined : nodes.get(child.process);
      nodes.get(process)?.children.push(node ?? nodeOf(child, undefined));
    }
  }
  const children: Growing[] = [];
  for (const [process, node] of nodes) {
    const parent = process.parent === undefined ? undefined : nodes.get(process.parent);
    if (known.has(process)) continue;
    (parent === undefined ? children : parent.children).push(node);
  }
  return { system, children };
}

function nodeOf(child: OutlinedChild | undefined, process: Process | undefined): Growing {
  return {
    id: child?.id,
    process: process === undefined ? undefined : summaryOf(process),
    phase: child?.phase,
    children: [],
  };
}

function outlineOf({ behaviour, state }: Process): readonly OutlinedChild[] | undefined {
  if (state === undefined || behaviour.outline === undefined) return undefined;
  return behaviour.outline(state) as readonly OutlinedChild[];
}

/**
 * A tree as text, one line for each process.
 *
 * @example
 * ```ts
 * import { createSystem, defineActor, supervisor } from "troupe";
 *
 * await using system = createSystem({ name: "shop" });
 * const Till = defineActor({ name: "till", init: () => 0 });
 * const tills = supervisor({
 *   id: "tills",
 *   strategy: "oneForOne",
 *   children: [Till.child(undefined, { id: "left" }), Till.child(undefined, { id: "right" })],
 * });
 * await system.start(tills);
 * formatTree(system.tree());
 * //=> "shop\n└── tills (pid 1)\n    ├── left: till (pid 2)\n    └── right: till (pid 3)"
 * ```
 */
export function formatTree(tree: ProcessTree): string {
  const lines = [tree.system];
  // A list of its own instead of recursion: a long chain of processes would fill the stack.
  const left = linesBelow(tree.children, "");
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { node, indent, isLast } = next;
    lines.push(`${indent}${isLast ? "└── " : "├── "}${lineOf(node)}`);
    left.push(...linesBelow(node.children, `${indent}${isLast ? "    " : "│   "}`));
  }
  return lines.join("\n");
}

/** The last line first, as a stack wants them. */
function linesBelow(children: readonly ProcessNode[], indent: string) {
  return children.map((node, at) => ({ node, indent, isLast: at === children.length - 1 })).reverse();
}

function lineOf({ id, process, phase }: ProcessNode): string {
  if (process === undefined) return `${id}: ${phase}`;
  const notes = [
    process.status === "running" ? "" : process.status,
    process.queued === 0 ? "" : `${process.queued} queued`,
    ...process.names,
  ].filter((note) => note !== "");
  const who = id === undefined || id === process.definition ? process.label : `${id}: ${process.label}`;
  return [who, ...notes].join(" · ");
}
