/**
 * Selective receive of bare processes: messages are offered one by one; what does not fit stays where
 * it is and keeps its order.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ActorError } from "../core/errors.ts";
import { isThenable } from "../core/thenable.ts";
import { checkWaitOptions, Deadline } from "./deadlines.ts";
import { die, settleZombie } from "./death.ts";
import { exitOf } from "./links.ts";
import type { AliasMark, ExitSignal, Monitor, Process, Receiver, StopAsked } from "./process.ts";

/** How many messages are offered in one turn: guards over a million of them must not hold up everybody else. */
const OFFERS_A_TURN = 500;

const NAMES: readonly string[] = ["timeoutMs"];

/** What tells a message that fits from one that does not, and what the receiver then gets. */
type Match = (message: unknown) => { readonly taken: unknown } | undefined;

/**
 * Waits for a message that fits.
 *
 * @param options - `timeoutMs`: milliseconds; it waits for ever when absent
 * @returns a promise of the message; it never settles when the process dies first, or has died before
 */
export function receive(
  process: Process,
  match: Match,
  options: { readonly timeoutMs?: number } = {},
): Promise<unknown> {
  if (process.status === "dead") {
    // Not refused: a loop that catches whatever its receive rejects with would never rest.
    settleZombie(process);
    return new Promise(() => undefined);
  }
  const ties = process.tie();
  if (ties.receiver !== undefined) {
    throw new ActorError("ERR_BAD_MESSAGE", "no", `${process.label} waits in receive already: one at a time`);
  }
  return new Promise((resolve, reject) => {
    checkWaitOptions("receive", options, NAMES);
    const { timeoutMs = Number.POSITIVE_INFINITY } = options;
    const receiver = new Waiting(process, match, resolve, reject, timeoutMs);
    ties.receiver = receiver;
    process.kernel.deadlines.arm(receiver.deadline, timeoutMs);
    // One that may finish what it does before its parent's shutdown has finished when it waits again.
    if ((process.queued > 0 || process.finishing) && !process.ready) process.wake();
  });
}

/** A guard, a schema, or nothing, as a {@link Match}. */
export function matcher(fits: unknown): Match {
  if (typeof fits === "function") {
    return (message) => ((fits as (message: unknown) => boolean)(message) ? { taken: message } : undefined);
  }
  if (typeof fits === "object" && fits !== null && "~standard" in fits) {
    const schema = (fits as StandardSchemaV1)["~standard"];
    return (message) => {
      const result = schema.validate(message);
      if (isThenable(result)) {
        result.then(undefined, () => undefined);
        throw new ActorError("ERR_ASYNC_SCHEMA", "no", "receive takes synchronous schemas only");
      }
      return result.issues === undefined ? { taken: result.value } : undefined;
    };
  }
  return (message) => ({ taken: message });
}

class Waiting implements Receiver {
  offered = 0;
  /** How many messages waited when its time was up: those that came later come too late. */
  inTime = Number.POSITIVE_INFINITY;
  readonly deadline = new Deadline(() => {
    // What waits already comes in time, also where it takes more than one turn to look at all of it.
    const { ready, mailbox } = this.#process;
    if (ready && this.offered < (mailbox?.length ?? 0)) this.inTime = mailbox?.length ?? 0;
    else this.giveUp();
  });
  readonly #process: Process;
  readonly #match: Match;
  readonly #resolve: (message: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timeoutMs: number;

  constructor(
    process: Process,
    match: Match,
    resolve: (message: unknown) => void,
    reject: (error: unknown) => void,
    timeoutMs: number,
  ) {
    this.#process = process;
    this.#match = match;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timeoutMs = timeoutMs;
  }

  giveUp(): void {
    this.#process.tie().receiver = undefined;
    this.#reject(
      new ActorError(
        "ERR_RECEIVE_TIMEOUT",
        "no",
        `${this.#process.label} received nothing that fits within ${this.#timeoutMs} ms`,
      ),
    );
  }

  offer(message: unknown): boolean {
    try {
      const match = this.#match(message);
      if (match === undefined) return false;
      this.#settle();
      this.#resolve(match.taken);
    } catch (error) {
      // A guard that throws fails its receive, and takes the message with it.
      this.#settle();
      this.#reject(error);
    }
    return true;
  }

  #settle(): void {
    this.#process.tie().receiver = undefined;
    this.#process.kernel.deadlines.cancel(this.deadline);
  }
}

/**
 * Offers what has not been offered yet, some of it in each turn; O(messages that did not fit) where one is taken.
 *
 * @returns how many were looked at
 */
export function offerMessages(process: Process, receiver: Receiver): number {
  const { mailbox } = process;
  if (process.finishing && process.reason !== undefined) {
    die(process, process.reason);
    return 0;
  }
  if (mailbox === undefined) return 0;
  let offers = 0;
  for (; receiver.offered < receiver.inTime && mailbox.peek(receiver.offered); offers += 1) {
    if (offers === OFFERS_A_TURN) {
      if (!process.ready) process.wake();
      return offers;
    }
    const { door, payload, call } = mailbox;
    const message =
      door.kind === "down" ? call : door.kind === "exit" ? exitOf(process, payload as ExitSignal) : payload;
    const skipped =
      (door.kind === "exit" && (payload as ExitSignal).effect !== "trapped") ||
      (door.kind === "down" && (payload as Monitor).flushed) ||
      (door.kind === "alias" && !(call as AliasMark).counts) ||
      (door.kind === "stop" && (payload as StopAsked).withdrawn);
    if (skipped) {
      mailbox.takeAt(receiver.offered);
      if (door.kind === "exit") process.voids -= 1;
    } else if (door.kind === "stop") {
      die(process, (payload as StopAsked).reason);
      return offers;
    } else if (receiver.offer(message)) {
      process.kernel.observer?.taken(process, door, payload, call);
      mailbox.takeAt(receiver.offered);
      mailbox.payload = undefined;
      mailbox.call = undefined;
      return offers;
    } else receiver.offered += 1;
  }
  if (receiver.inTime < Number.POSITIVE_INFINITY) receiver.giveUp();
  return offers;
}
