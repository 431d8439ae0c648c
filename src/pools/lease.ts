/**
 * A lease is the fact of holding a resource: who has it gives it back, once, or dies and gives it up.
 *
 * @module
 */

import { ActorError } from "../core/errors.ts";
import { type ExitReason, errorReason, NORMAL } from "../core/exit-reason.ts";
import type { Pid } from "../core/pid.ts";
import { type Slot, Token } from "./slot.ts";

/**
 * Whether a resource that is given back may be lent again; `{ discard: error }` says why not, to its closer and in
 * `pool:closed`.
 */
export type CheckinVerdict = "ok" | "discard" | { readonly discard: unknown };

/** What the closer of a resource is told that came back not to be lent again. */
export function reasonOf(verdict: Exclude<CheckinVerdict, "ok">): ExitReason {
  return verdict === "discard" ? NORMAL : errorReason(verdict.discard);
}

/**
 * One loan. Belongs to the process in whose context it was taken: if that dies, the resource is closed and
 * not lent again. `await using lease = await pool.checkout()` gives it back at the end of the block.
 */
export interface Lease<out R> extends AsyncDisposable {
  /**
   * What was lent.
   *
   * @throws ActorError `ERR_LEASE_ENDED` once it has been given back
   */
  readonly resource: R;
  /**
   * Gives the resource back. A second time changes nothing, and is told as `lease:late`.
   *
   * @param verdict - `"discard"`, or `{ discard: error }`, when it may not be lent again: it is closed; `"ok"` when
   *   absent
   * @follows NimblePool `handle_checkin/4` (`:ok` or `{:remove, reason}`)
   */
  checkin(verdict?: CheckinVerdict): Promise<void>;
  /**
   * Hands the loan to another process: from now on its death gives the resource up. This lease has ended then:
   * what would have given the resource back, the end of `use` or of a block too, leaves it with its new owner.
   *
   * @returns the lease for the new owner, to be sent to it
   * @throws ActorError `ERR_NOPROC` when `to` is dead, `ERR_LEASE_ENDED` when there is no loan any more; the
   *   loan stays as it is
   */
  transfer(to: Pid): Lease<R>;
}

/** What a lease asks of its pool. */
export interface Lender<R> {
  readonly name: string;
  /** @returns was it a loan still? */
  giveBack(slot: Slot<R>, verdict: CheckinVerdict): boolean;
  handOn(slot: Slot<R>, to: Pid): Lease<R>;
  tellLate(): void;
}

const DONE: Promise<void> = /* @__PURE__ */ Promise.resolve();

/** A lease of the resource in a slot; valid until it is given back or handed on, or its slot is lent no more. */
export class SlotLease<R> implements Lease<R> {
  readonly #lender: Lender<R>;
  /** Given up with the loan, and before anybody is told: the next one's lease has the same. */
  #token: Token<R> | undefined;

  constructor(lender: Lender<R>, slot: Slot<R>) {
    this.#lender = lender;
    this.#token = slot.token ?? tokenOf(slot);
  }

  get resource(): R {
    const slot = this.#token?.slot;
    if (slot === undefined || slot.state !== "lent") throw endedError(this.#lender.name);
    return slot.resource as R;
  }

  checkin(verdict: CheckinVerdict = "ok"): Promise<void> {
    if (!this.end(verdict)) this.#lender.tellLate();
    return DONE;
  }

  transfer(to: Pid): Lease<R> {
    const slot = this.#token?.slot;
    if (slot === undefined || slot.state !== "lent") throw endedError(this.#lender.name);
    const lease = this.#lender.handOn(slot, to);
    this.#token = undefined;
    return lease;
  }

  /** Gives back what has not been given back before: at the end of a block that is no mistake. @returns was it so? */
  end(verdict: CheckinVerdict): boolean {
    const token = this.#token;
    if (token === undefined) return false;
    this.#token = undefined;
    return this.#lender.giveBack(token.slot, verdict);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end("ok");
    return DONE;
  }
}

function tokenOf<R>(slot: Slot<R>): Token<R> {
  const token = new Token(slot);
  slot.token = token;
  return token;
}

function endedError(pool: string): ActorError {
  const text = `this loan of pool "${pool}" has ended: what was lent may be somebody else's by now`;
  return new ActorError("ERR_LEASE_ENDED", "no", text);
}
