import { ActorError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import type { Load } from "./admission.ts";

/** One who holds resources, for messages. */
export interface Holder {
  /** `page (pid 7)`, or `plain code`. */
  readonly label: string;
  readonly loans: number;
  /** How long it has had the oldest of them, in milliseconds. */
  readonly heldMs: number;
  /** Where each was borrowed, in a pool with `stacks`. */
  readonly stacks?: readonly string[];
}

/** What is known when a deadline passes. */
export interface LateCheckout {
  readonly pool: string;
  readonly timeoutMs: number;
  readonly load: Load;
  readonly holders: readonly Holder[];
  /** How many the caller itself holds: a checkout inside a checkout may wait for its own caller. */
  readonly ownLoans: number;
  /** What the last opening failed with, while openings fail. */
  readonly openError: unknown;
}

/**
 * No resource was to be had in time. `holders` says who has them; `cause` is what opening failed with, if it
 * does.
 */
export class CheckoutTimeoutError extends ActorError<"ERR_CHECKOUT_TIMEOUT"> {
  /** On the prototype without a step that runs on load: programs without a pool are bundled without this class. */
  override get name(): string {
    return "CheckoutTimeoutError";
  }
  readonly pool: string;
  /** The deadline that passed, in milliseconds. */
  readonly timeoutMs: number;
  readonly holders: readonly Holder[];

  constructor(late: LateCheckout) {
    super("ERR_CHECKOUT_TIMEOUT", "no", messageOf(late), { cause: late.openError });
    this.pool = late.pool;
    this.timeoutMs = late.timeoutMs;
    this.holders = late.holders;
  }
}

/** At the most so many holders are named in one message. */
const MAX_NAMED = 5;

/**
 * Who holds what, as text.
 *
 * @example
 * ```ts
 * formatHolders([{ label: "page (pid 7)", loans: 2, heldMs: 40 }]); //=> "page (pid 7) (2) for 40 ms"
 * ```
 */
export function formatHolders(holders: readonly Holder[]): string {
  const named = holders
    .slice(0, MAX_NAMED)
    .map(({ label, loans, heldMs }) => `${label}${loans === 1 ? "" : ` (${loans})`} for ${heldMs} ms`);
  const more = holders.length - named.length;
  return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
}

function messageOf({ pool, timeoutMs, load, holders, ownLoans, openError }: LateCheckout): string {
  const parts = [`pool "${pool}" had no resource to lend within ${timeoutMs} ms`];
  if (openError !== undefined) parts.push(`opening fails with ${describe(openError)}`);
  if (holders.length > 0) parts.push(`${load.lent} lent to ${formatHolders(holders)}`);
  if (load.starting > 0) parts.push(`${load.starting} being opened`);
  if (load.closing > 0) parts.push(`${load.closing} being closed`);
  if (ownLoans > 0)
    parts.push(`the caller itself holds ${ownLoans}: give back before the next checkout, or raise size`);
  return parts.join("; ");
}
