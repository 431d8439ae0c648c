/**
 * Suspending: a process that is alive, is found, queues what it is sent, and takes none of it.
 *
 * @module
 */

import { type Process, SUSPENDED } from "./process.ts";

/**
 * Takes no message from now on. Only between messages: a handler that awaits is never cut off by it.
 * What is asked of the process itself, a request to stop and its parent's exit do not wait in the mailbox.
 */
export function suspend(process: Process): void {
  if (process.suspended) return;
  process.suspension = SUSPENDED;
  const { mailbox } = process;
  for (let index = 0; mailbox?.peek(index); ) {
    const { door, payload, call } = mailbox;
    const isAside =
      door.kind === "system" ||
      door.kind === "stop" ||
      (door.kind === "exit" && (payload as { readonly effect: string }).effect === "parental");
    if (!isAside) index += 1;
    else {
      mailbox.takeAt(index);
      process.signal({ door, payload, call, behind: index });
    }
  }
}

/** Takes messages again, in the order in which they came. One `resume` undoes any number of `suspend`s. */
export function resume(process: Process): void {
  if (process.suspended) process.suspension = undefined;
}
