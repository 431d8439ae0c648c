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
export type AuditDesk = Speaks<
  {
    /** Answers at once: a page is not gone before it has been heard. */
    settled: (news: Settled) => void;
  },
  {
    /** The database is away, for now. */
    waiting: (why: string) => void;
    /** The database cannot be used, and waiting will not help. */
    failed: (why: string) => void;
  }
>;

/** What a page is started from. */
export interface PageJob {
  readonly address: FoundAddress;
  readonly inspect: Inspect;
  readonly ledger: Ledger;
  readonly audit: Name<AuditDesk>;
}

interface PageState {
  readonly job: PageJob;
  /** What became of the address, once that is known. */
  readonly finding: Finding | undefined;
  /** Tries in a row that failed: to reach the server, then to reach the database. */
  readonly failures: number;
}

/** What is to be done next, or again after a wait. */
type Step = "inspect" | "record";

/** Tries to reach a server that hangs up: about two seconds. */
const MAX_LOSSES = 6;

/** Tries to reach the database: about five minutes. */
const MAX_FAILURES = 60;

/** Audits one address. */
export const Page = defineActor({
  name: "page",
  // The work begins after `init`, so that whoever starts pages is not kept waiting.
  init: (job: PageJob) => next<PageState>({ job, finding: undefined, failures: 0 }, { continue: "inspect" }),
  continue: (page, _, self) => inspect(page, self),
  info: (page, step: Step, self) => (step === "inspect" ? inspect(page, self) : record(page, self)),
});

/** Asks and reads; a server that hung up is asked again, later. */
async function inspect(page: PageState, self: Self) {
  const { job, failures } = page;
  const found = await job.inspect(job.address);
  if (found.kind !== "lost") return await record({ job, finding: found, failures: 0 }, self);
  if (failures < MAX_LOSSES) return later("inspect", page, self);
  return await record({ job, finding: { kind: "failed", reason: found.reason }, failures: 0 }, self);
}

/** Writes the finding down; while the database is away, later. */
async function record(page: PageState, self: Self) {
  const { address, ledger, audit } = page.job;
  let found: readonly FoundAddress[];
  try {
    found = await ledger.settle(address.key, page.finding!);
  } catch (error) {
    if (!isPassing(error) || page.failures >= MAX_FAILURES) {
      // A crash would only be repeated: this is not for a restart to mend.
      audit.cast.failed(faultText(error));
      return stop("normal", page);
    }
    audit.cast.waiting(faultText(error));
    return later("record", page, self);
  }
  try {
    await audit.call.settled({ key: address.key, found }, { timeoutMs: Number.POSITIVE_INFINITY });
    return stop("normal", page);
  } catch {
    // The audit, or the registry of its name, is being restarted.
    return later("record", page, self);
  }
}

function later(step: Step, page: PageState, self: Self): PageState {
  self.sendAfter(backoffMs(page.failures), step);
  return { ...page, failures: page.failures + 1 };
}
