/**
 * The commands: what each does once it is known what was meant.
 *
 * @module
 */

import type { System } from "../actors/definition.ts";
import { formatTree } from "../actors/process-tree.ts";
import { application } from "../node/application.ts";
import { startStory } from "../node/ending-text.ts";
import { exitProcess } from "../node/exit-process.ts";
import { supervisor } from "../supervisor/supervisor.ts";
import { folderOf, type Loaded, loadModule, whyMissing } from "./load-module.ts";
import { paintTree, showsColour } from "./paint.ts";
import { STOP, Watcher } from "./watcher.ts";

/** `troupe run`: the tree of a module, until it ends. */
export async function run(module: string, rest: readonly string[]): Promise<void> {
  const loaded = await loadModule(module, rest);
  if (!loaded.ok) return complain(loaded.why, loaded.code);
  await loaded.application.run({ onStarted: printTree });
}

/** The same under a watch, which says when to stop; it may say so before there is anything to stop. */
export async function runWatched(module: string, rest: readonly string[]): Promise<void> {
  let stop = (): void => exitProcess(0);
  process.on("message", (message) => {
    if (message === STOP) stop();
  });
  process.on("disconnect", () => stop());
  const loaded = await loadModule(module, rest);
  if (!loaded.ok) return complain(loaded.why, loaded.code);
  stop = () => loaded.application.stop();
  await loaded.application.run({ onStarted: printTree });
}

/**
 * `troupe run --watch`: the command itself, again and again.
 *
 * @param program - the path of this command
 */
export async function runAgain(program: string, module: string, rest: readonly string[]): Promise<void> {
  const missing = whyMissing(module);
  if (missing !== undefined) return complain(missing, 2);
  const say = (text: string): void => void process.stderr.write(`[troupe] ${module}: ${text}\n`);
  const args = ["watched", module, "--", ...rest];
  const watcher = Watcher.child({ folder: folderOf(module), program, args, say }, { shutdownMs: "infinity" });
  // What it runs has a deadline of its own.
  const deadlineMs = Number.POSITIVE_INFINITY;
  const root = supervisor({ id: "watch", strategy: "oneForOne", children: [watcher] });
  await application({ name: `watch of ${module}`, root, deadlineMs }).run();
}

/** `troupe tree`: the tree that a module would start. */
export async function printPlan(module: string, rest: readonly string[]): Promise<void> {
  const loaded: Loaded = await loadModule(module, rest);
  if (!loaded.ok) return complain(loaded.why, loaded.code);
  try {
    print((await loaded.application.plan()).text);
  } catch (error) {
    return complain(`${module} has no tree to show: making its root failed\n${startStory(error)}`, 1);
  }
  exitProcess(0);
}

/** Says on standard error what was wrong, and ends the process. */
export function complain(why: string, code: 1 | 2): void {
  process.stderr.write(`troupe: ${why}\n`);
  exitProcess(code);
}

function printTree(system: System): void {
  print(formatTree(system.tree()));
}

function print(tree: string): void {
  process.stdout.write(`${showsColour(process.stdout, process.env) ? paintTree(tree) : tree}\n`);
}
