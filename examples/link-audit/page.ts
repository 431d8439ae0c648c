/**
 * One address as an actor. It asks, reads, writes down what it found, tells the audit, and is gone. Killed at any
 * point it starts over: every step may be repeated, and the ledger counts the first outcome only.
 *
 * @module
 */

import { defineActor, type Name, next, type Self, type Speaks, stop } from "troupe";
import { backoffMs, faultText, isPassing } from "./database-fault.ts";
import type { Finding, FoundAddress } from "./finding.ts";
import type { Inspect } from "./inspector.ts";
import type { Ledger } from "./ledger.ts";

/** Said to the audit when an address has its outcome in the ledger. */
export interface Settled {
  readonly key: string;
  /** Addresses it leads to that have no outcome yet. */
  readonly found: readonly FoundAddress[];
}

/** The part of the audit that a page talks to. */
export type AuditDesk = Speaks<{}, { settled: (news: Settled) => void; waiting: (why: string) => void }>;

/** What a page is started from. */
export interface PageJob {
  readonly address: FoundAddress;
  readonly inspect: Inspect;
  readonly ledger: Ledger;
  readonly audit: Name<AuditDesk>;
}

interface PageState {
  readonly job: PageJob;
  readonly finding: Finding | undefined;
  /** Tries to reach the database in a row. */
  readonly failures: number;
}

/** Tries after which a page gives up on the database: about five minutes. */
const MAX_FAILURES = 60;

/** Audits one address. */
export const Page = defineActor({
  name: "page",
  // The work begins after `init`, so that whoever starts pages is not kept waiting.
  init: (job: PageJob) => next<PageState>({ job, finding: undefined, failures: 0 }, { continue: "inspect" }),
  continue: async (page, _, self) =>
    record({ ...page, finding: await page.job.inspect(page.job.address) }, self),
  info: (page, _message: "record", self) => record(page, self),
});

/** Writes the finding down; while the database is away, later. */
async function record(page: PageState, self: Self) {
  const { address, ledger, audit } = page.job;
  try {
    const found = await ledger.settle(address.key, page.finding!);
    audit.cast.settled({ key: address.key, found });
    return stop("normal", page);
  } catch (error) {
    if (!isPassing(error) || page.failures >= MAX_FAILURES) throw error;
    audit.cast.waiting(faultText(error));
    self.sendAfter(backoffMs(page.failures), "record");
    return { ...page, failures: page.failures + 1 };
  }
}
