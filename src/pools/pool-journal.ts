/**
 * What has happened in a pool since it was made: counted for its `stats()`, and told as events while somebody
 * listens.
 *
 * @module
 */

import type { Kernel } from "../actors/process.ts";
import type { ExitReason } from "../core/exit-reason.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { WaitHistogram, type WaitTimes } from "./histogram.ts";

/**
 * Why a checkout came to nothing before its time was up: its caller gave up or died, the line was full or too slow,
 * or the pool is closed or its process down.
 */
export type CheckoutDrop = "aborted" | "closed" | "died" | "full" | "notRunning" | "overloaded";

/** Counts since the pool was made. */
export interface PoolTotals {
  /** Checkouts that had to wait. */
  readonly queued: number;
  /** Loans, those without a wait too. */
  readonly granted: number;
  /** Checkouts that had waited for as long as they could. */
  readonly timedOut: number;
  /** Checkouts that ended otherwise without a loan, by why. */
  readonly dropped: Readonly<Record<CheckoutDrop, number>>;
  readonly opened: number;
  readonly openFailed: number;
  readonly closed: number;
}

/** Counts and tells. */
export class PoolJournal {
  readonly #telemetry: Telemetry;
  readonly #pool: string;
  readonly #waits = new WaitHistogram();
  readonly #dropped: Record<CheckoutDrop, number> = {
    aborted: 0,
    closed: 0,
    died: 0,
    full: 0,
    notRunning: 0,
    overloaded: 0,
  };
  #timedOut = 0;
  /** After so many changes of listeners nobody listened to waits: asked for each of them it would be a good part of its cost. */
  #quietAt = -1;
  #queued = 0;
  #opened = 0;
  #openFailed = 0;
  #closed = 0;

  constructor({ telemetry }: Kernel, pool: string) {
    this.#telemetry = telemetry;
    this.#pool = pool;
  }

  totals(): PoolTotals {
    return Object.freeze({
      queued: this.#queued,
      granted: this.#waits.count,
      timedOut: this.#timedOut,
      dropped: Object.freeze({ ...this.#dropped }),
      opened: this.#opened,
      openFailed: this.#openFailed,
      closed: this.#closed,
    });
  }

  waits(): WaitTimes {
    return this.#waits.snapshot();
  }

  queued(waiting: number): void {
    this.#queued += 1;
    if (this.#telemetry.changes !== this.#quietAt) this.#tellQueued(waiting);
  }

  /** Something was lent to who had not to wait. */
  grantedAtOnce(): void {
    this.#waits.record(0);
  }

  granted(waitedMs: number): void {
    this.#waits.record(waitedMs);
    if (this.#telemetry.changes !== this.#quietAt) this.#tellGranted(waitedMs);
  }

  timedOut(waitedMs: number): void {
    this.#timedOut += 1;
    this.#telemetry.emit("pool:timedOut", { pool: this.#pool, waitedMs });
  }

  dropped(why: CheckoutDrop, waitedMs: number): void {
    this.#dropped[why] += 1;
    const telemetry = this.#telemetry;
    if (telemetry.heard("pool:dropped")) telemetry.emit("pool:dropped", { pool: this.#pool, why, waitedMs });
  }

  opened(): void {
    this.#opened += 1;
    const telemetry = this.#telemetry;
    if (telemetry.heard("pool:opened")) telemetry.emit("pool:opened", { pool: this.#pool });
  }

  openFailed(error: unknown, retryInMs: number): void {
    this.#openFailed += 1;
    this.#telemetry.emit("pool:openFailed", { pool: this.#pool, error, retryInMs });
  }

  closed(reason: ExitReason): void {
    this.#closed += 1;
    const telemetry = this.#telemetry;
    if (telemetry.heard("pool:closed")) telemetry.emit("pool:closed", { pool: this.#pool, reason });
  }

  #tellQueued(waiting: number): void {
    if (this.#isHeard()) this.#telemetry.emit("pool:queued", { pool: this.#pool, waiting });
  }

  #tellGranted(waitedMs: number): void {
    if (this.#isHeard()) this.#telemetry.emit("pool:granted", { pool: this.#pool, waitedMs });
  }

  #isHeard(): boolean {
    const telemetry = this.#telemetry;
    const isHeard = telemetry.heard("pool:queued") || telemetry.heard("pool:granted");
    if (!isHeard) this.#quietAt = telemetry.changes;
    return isHeard;
  }
}
