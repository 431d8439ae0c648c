/**
 * What a routing pool counts.
 *
 * @module
 */

import type { Pid } from "../core/pid.ts";
import { WaitHistogram, type WaitTimes } from "./histogram.ts";

/** Why a request that was never given to a member was given up at once. */
export type DropReason = "noMember" | "full" | "aborted" | "closed";

/** Counts of a routing pool at one moment; those of events are since it was made. */
export interface RoutingStats {
  /** Who can be picked now. */
  readonly members: number;
  /** Members that are being taken out of use, or have been. */
  readonly draining: number;
  /** Members that have failed too often. */
  readonly ejected: number;
  /** Requests that wait for a member, now. */
  readonly waiting: number;
  /** Messages that wait at the members and calls they have not answered, now; those of others too. */
  readonly inFlight: number;
  /** Requests and messages that were given to a member. */
  readonly granted: number;
  /** Requests that had to wait for one. */
  readonly queued: number;
  /** Requests that were given up without a wait, or by their caller during it, by why. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Requests that had waited for as long as they could. */
  readonly timedOut: number;
  /** Times that a request was asked of another member, after it had failed at one. */
  readonly retried: number;
  /** Times that a request was asked of a second member, while the first had not answered. */
  readonly hedged: number;
  /** Times that a member was ejected. */
  readonly ejections: number;
  /** How long those waited that had to, until they had a member or gave up. */
  readonly waits: WaitTimes;
}

/** What becomes of a member. */
export type MemberState = "up" | "draining" | "down";

/** One member at one moment. */
export interface MemberStatus {
  readonly pid: Pid;
  /** What it is registered with. */
  readonly value: unknown;
  /** `draining`: has no new requests, and answers those it has. `down`: drained, or ejected. */
  readonly state: MemberState;
  /** Messages that wait in its mailbox. */
  readonly queued: number;
  /** Calls it has not answered, and the handler that runs. */
  readonly running: number;
  /** Failures in a row; 0 in a pool that does not watch its calls. */
  readonly failures: number;
}

/** Counts as it goes. */
export class RoutingCounts {
  granted = 0;
  queued = 0;
  timedOut = 0;
  retried = 0;
  hedged = 0;
  ejections = 0;
  readonly dropped: Record<DropReason, number> = { noMember: 0, full: 0, aborted: 0, closed: 0 };
  readonly #waits = new WaitHistogram();

  waited(waitedMs: number): void {
    this.#waits.record(waitedMs);
  }

  snapshot(
    now: Pick<RoutingStats, "members" | "draining" | "ejected" | "waiting" | "inFlight">,
  ): RoutingStats {
    const { granted, queued, timedOut, retried, hedged, ejections } = this;
    const dropped = Object.freeze({ ...this.dropped });
    const counts = { granted, queued, dropped, timedOut, retried, hedged, ejections };
    return Object.freeze({ ...now, ...counts, waits: this.#waits.snapshot() });
  }
}
