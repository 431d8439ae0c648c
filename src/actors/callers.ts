/**
 * On whose behalf a process runs. Ancestors are who started it, and who started those; callers are who asked
 * for what it does now, and who asked them.
 *
 * A chain of calls is known without anybody keeping it, since each caller is still in the handler in which it
 * asked. A task keeps the chain of the moment in which it was started. Casts and raw messages are followed
 * only while a tracing hook carries something with each of them.
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";
import type { OpenCall, Process } from "./process.ts";

/** Who started `process`, the nearest first; the system's root is nobody. */
export function ancestorsOf(process: Process): readonly Pid[] {
  const ancestors: Pid[] = [];
  const { root } = process.kernel;
  for (let at = process.parent; at !== undefined && at !== root; at = at.parent) ancestors.push(at.pid);
  return ancestors;
}

/** More than these are not named: a chain of messages or tasks that goes on for ever would keep all its dead. */
export const MAX_CALLERS = 50;

/** The chain of what `caller` asks for: the nearest first, nobody twice. */
export function chainFrom(caller: Process): readonly Pid[] {
  const others = callersOf(caller).filter((pid) => pid !== caller.pid);
  return [caller.pid, ...others].slice(0, MAX_CALLERS);
}

/** Who asked for what `process` does now, the nearest first; `call` when it is not the one it handles. */
export function callersOf(process: Process, call: OpenCall | undefined = process.current): readonly Pid[] {
  const { tracing } = process.kernel;
  if (tracing !== undefined) return tracing.callersOf(process, call);
  const callers: Pid[] = [];
  let at: Process | undefined = process;
  for (let open = call; at !== undefined; open = at?.current) {
    const caller: Process | undefined = open?.caller;
    if (caller === undefined) return [...callers, ...(at.ties?.callers ?? [])];
    // A wait in a circle may have been made edgeless: nobody is named twice.
    if (callers.includes(caller.pid)) return callers;
    callers.push(caller.pid);
    at = caller;
  }
  return callers;
}
