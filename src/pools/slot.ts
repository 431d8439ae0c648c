/**
 * One place of a checkout pool: the resource in it, and where it stands in its life. A slot is also the
 * owner of the context its resource lives in, so that stray faults of the resource end up here.
 *
 * @module
 */

import type { FaultOwner } from "../core/attribution.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import type { Borrower, Lendable } from "./borrower.ts";

/** The states that are counted. */
export type CountedState = "idle" | "lent" | "starting" | "closing";

/** Where a resource stands; `gone` ones count no more. */
export type SlotState = CountedState | "gone";

/** An opening whose outcome is not known yet. */
export interface Attempt {
  fail(error: unknown): void;
  /** Nobody wants it any more: it says nothing about the server. */
  giveUp(): void;
}

/**
 * What a lease has of its slot. It is made once and not for each loan: a slot is old, and to write something new into it
 * costs the collector a note each time. One that is watched for belongs to its lease alone.
 */
export class Token<R> {
  readonly slot: Slot<R>;

  constructor(slot: Slot<R>) {
    this.slot = slot;
  }
}

/** A resource and what is known of it. */
export class Slot<R> implements FaultOwner, Lendable<Slot<R>> {
  state: SlotState = "gone";
  /** Its neighbours among what is idle, in the order in which they came. */
  idleBefore: Slot<R> | undefined = undefined;
  idleAfter: Slot<R> | undefined = undefined;
  /** The process that it is lent to; `undefined` when plain code has it, or nobody. */
  borrower: Borrower<Slot<R>> | undefined = undefined;
  /** Its neighbours among what the same process has. */
  loanBefore: Slot<R> | undefined = undefined;
  loanAfter: Slot<R> | undefined = undefined;
  resource: R | undefined = undefined;
  /** There is a resource; it may be `undefined` itself. */
  opened = false;
  /** It was opened in time, and the pool has had it. */
  wasReady = false;
  /** Goes up with each loan: the look for forgotten ones compares it. */
  loan = 0;
  /** When this loan began, or the last one did. */
  lentAtMs = 0;
  /** Loans so far. */
  uses = 0;
  /** When it came back last, or was opened. */
  idleAtMs = 0;
  /** When it was last known to be fit. */
  lookedAtMs = 0;
  /** When it is too old. */
  expiresAtMs = Number.POSITIVE_INFINITY;
  /** In its state `starting` for no borrower, but because it has been idle for long. */
  isPinged = false;
  /** Where it was borrowed, when the pool keeps that. */
  stack: string | undefined = undefined;
  /** What its leases have of it, until the collector watches for that. */
  token: Token<R> | undefined = undefined;
  /** The loan that the last look for forgotten ones has seen. */
  seenLoan = 0;
  /** Why it may not be lent again, once that is known. */
  unfit: ExitReason | undefined = undefined;
  /** Aborts the opening while it runs. */
  opening: AbortController | undefined = undefined;
  /** The opening, as long as its outcome counts. */
  attempt: Attempt | undefined = undefined;
  /** Told once when the opening has come to an end after it was given up. */
  whenSettled: (() => void) | undefined = undefined;
  /** The incarnation of the pool's process under which it was opened. */
  readonly era: number;
  readonly #onFault: (slot: Slot<R>, error: unknown) => void;

  constructor(era: number, onFault: (slot: Slot<R>, error: unknown) => void) {
    this.era = era;
    this.#onFault = onFault;
  }

  fault(error: unknown): void {
    this.#onFault(this, error);
  }
}
