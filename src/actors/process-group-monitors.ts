/**
 * Who is told of changes in process groups.
 *
 * @module
 */

import type { Pid, ProcessWatcher } from "../core/pid.ts";
import type { Process } from "./process.ts";
import { send } from "./sending.ts";

declare const ref: unique symbol;
/** A token for one monitor of groups. */
export interface GroupRef {
  readonly [ref]: "group";
}

/** Processes have joined a group or left it; one that dies leaves as often as it had joined. */
export interface GroupChange<G = string> {
  readonly type: "join" | "leave";
  readonly ref: GroupRef;
  readonly group: G;
  readonly pids: readonly Pid[];
}

/** One process that is told: of one group, or of all. */
interface GroupMonitor<G> {
  readonly process: Process;
  readonly only: { readonly group: G } | undefined;
  readonly watcher: ProcessWatcher;
}

/** The monitors of one scope, in the order in which they were made. */
export class GroupMonitors<G> {
  readonly #monitors = new Set<GroupMonitor<G>>();

  /** @param only - the one group it is told of; of all when absent */
  add(process: Process, only: { readonly group: G } | undefined): GroupRef {
    const drop = (): void => void this.#monitors.delete(made);
    const made: GroupMonitor<G> = { process, only, watcher: { stopping: drop, died: drop } };
    if (process.status === "running" || process.status === "starting") {
      this.#monitors.add(made);
      process.watch(made.watcher);
    }
    return made as unknown as GroupRef;
  }

  /** @returns was it still there? */
  remove(given: GroupRef): boolean {
    const made = given as unknown as GroupMonitor<G>;
    if (!this.#monitors.delete(made)) return false;
    made.process.unwatch(made.watcher);
    flush(made.process, given);
    return true;
  }

  tell(type: "join" | "leave", group: G, given: readonly Pid[]): void {
    const pids = Object.freeze([...given]);
    for (const made of [...this.#monitors]) {
      if (made.only !== undefined && !sameKey(made.only.group, group)) continue;
      const change: GroupChange<G> = { type, ref: made as unknown as GroupRef, group, pids };
      send(made.process, Object.freeze(change));
    }
  }
}

/** As a `Map` compares its keys. */
function sameKey(one: unknown, other: unknown): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}

/** Takes what waits for a monitor out of the mailbox; O(messages that wait). */
function flush(process: Process, given: GroupRef): void {
  const { mailbox } = process;
  if (mailbox === undefined) return;
  const receiver = process.ties?.receiver;
  for (let index = 0; mailbox.peek(index); ) {
    if (mailbox.door.kind !== "info" || !isOf(mailbox.payload, given)) {
      index += 1;
      continue;
    }
    mailbox.takeAt(index);
    // What a receive has been offered already is counted from the head.
    if (receiver !== undefined && index < receiver.offered) receiver.offered -= 1;
  }
  mailbox.payload = undefined;
}

function isOf(message: unknown, given: GroupRef): boolean {
  try {
    return (
      typeof message === "object" && message !== null && (message as { readonly ref?: unknown }).ref === given
    );
  } catch {
    // A proxy may throw at any look.
    return false;
  }
}
