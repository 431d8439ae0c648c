/**
 * What an exit signal does: a plain function of plain values.
 *
 * @module
 */

import { type ExitReason, KILLED } from "../core/exit-reason.ts";

/** What is known when a signal is delivered. */
export interface Delivery {
  readonly reason: ExitReason;
  /** Sent as `"kill"`, by name; a linked process that was killed sends the reason `killed` instead. */
  readonly kill: boolean;
  readonly trapping: boolean;
  /** The sender is the parent of the receiver. */
  readonly fromParent: boolean;
  /** The receiver has sent it to itself. */
  readonly fromSelf?: boolean;
  /** The receiver has callbacks: a bare process has no `terminate` for its parent's exit. */
  readonly hasCallbacks: boolean;
}

/**
 * `ignore`: nothing happens · `message`: it joins the mailbox at the place where it was sent ·
 * `terminate`: as a message, and when its turn comes `terminate` runs · `die`: at once ·
 * `finish`: at once, but a handler that runs may end first.
 */
export type Effect = "ignore" | "message" | "terminate" | "die" | "finish";

/**
 * Decides what an exit signal does to a process.
 *
 * @follows Erlang exit signals; a parent's shutdown there cuts a running handler, here it may finish
 *
 * @example
 * ```ts
 * const linked = { kill: false, trapping: false, fromParent: false, hasCallbacks: true };
 * exitEffect({ ...linked, reason: { kind: "normal" } }); //=> "ignore"
 * exitEffect({ ...linked, reason: { kind: "killed" } }); //=> "die"
 * exitEffect({ ...linked, reason: { kind: "killed" }, trapping: true }); //=> "message"
 * ```
 */
export function exitEffect(signal: Delivery): Effect {
  if (signal.kill) return "die";
  if (signal.trapping) return signal.fromParent && signal.hasCallbacks ? "terminate" : "message";
  if (signal.reason.kind === "normal") return signal.fromSelf ? "die" : "ignore";
  return signal.fromParent && signal.reason.kind === "shutdown" ? "finish" : "die";
}

/** The reason a process dies with: a kill leaves `killed`. */
export function deathReason(signal: { readonly reason: ExitReason; readonly kill: boolean }): ExitReason {
  return signal.kill ? KILLED : signal.reason;
}
