/**
 * The audit itself: keeps a bounded number of pages at work until no address is left, then has the ledger judge.
 * What it knows it has from the ledger, so after a crash it goes on where it was.
 *
 * @module
 */

import {
  type CallSelf,
  type DynamicSupervisorProcess,
  defineActor,
  dynamicSupervisor,
  type Name,
  next,
  noReply,
  type Pid,
  type Self,
  type UniqueRegistry,
} from "troupe";
import { backoffMs, faultText, isPassing } from "./database-fault.ts";
import { Frontier } from "./frontier.ts";
import type { Inspect } from "./inspector.ts";
import type { Ledger, Summary } from "./ledger.ts";
import { type AuditDesk, Page, type Settled } from "./page.ts";
import type { ProgressDesk } from "./progress.ts";

/** How an audit ends. */
export type Outcome =
  | { readonly kind: "done"; readonly summary: Summary }
  | { readonly kind: "failed"; readonly why: string };

/** What an audit is started from. */
export interface AuditPlan {
  readonly entries: readonly { readonly key: string; readonly shown: string }[];
  readonly ledger: Ledger;
  readonly inspect: Inspect;
  /** Who works on which address: a second page under the same key cannot start. */
  readonly pages: UniqueRegistry<string>;
  /** The audit's own name, for its pages. */
  readonly desk: Name<AuditDesk>;
  readonly progress: Name<ProgressDesk>;
  /** Told when the audit is over. */
  readonly announce: (outcome: Outcome) => void;
  /** Pages at work at once. */
  readonly maxRunning: number;
  readonly maxPages: number;
  /** Crashes of pages that are forgiven. */
  readonly maxRestarts: number;
  readonly periodMs: number;
}

interface AuditState {
  readonly plan: AuditPlan;
  readonly supervisor: Pid<DynamicSupervisorProcess>;
  readonly frontier: Frontier;
  readonly isOver: boolean;
  /** Tries to reach the database in a row. */
  readonly failures: number;
}

/** What to try again when the database is back. */
type Retry = "open" | "conclude";

/** Tries after which the database is given up: about five minutes. */
const MAX_FAILURES = 60;

/** Drives one audit. */
export const Audit = defineActor({
  name: "audit",
  init: async (plan: AuditPlan, self) => {
    // Linked: when the pages' budget is gone so is the audit, and its supervisor starts both anew.
    const { maxRestarts, periodMs } = plan;
    const supervisor = await self.start(dynamicSupervisor({ id: "pages", maxRestarts, periodMs }));
    const frontier = new Frontier();
    const state: AuditState = { plan, supervisor, frontier, isOver: false, failures: 0 };
    return next(state, { continue: "open" });
  },
  continue: (audit, _, self) => open(audit, self),
  info: (audit, retry: Retry, self) => (retry === "open" ? open(audit, self) : advance(audit, self)),
  calls: {
    settled: async (audit, { key, found }: Settled, self: CallSelf<void>) => {
      self.from.reply();
      audit.frontier.add(found);
      // A page that was killed after it had told us tells us again.
      if (!audit.frontier.settle(key)) return noReply(audit);
      return noReply(await advance(audit, self));
    },
  },
  casts: {
    failed: (audit, why: string) => (audit.isOver ? audit : conclude(audit, unusable(why))),
    waiting: (audit, why: string) => {
      audit.plan.progress.cast.waiting(why);
      return audit;
    },
  },
});

/** Takes up the work: enters where it begins, unless that is done, and goes on with what is open. */
async function open(audit: AuditState, self: Self): Promise<AuditState> {
  const { entries, ledger } = audit.plan;
  const tried = await tryDatabase(audit, self, "open", async () => {
    await ledger.open(entries);
    return await ledger.listOpen();
  });
  if (!tried.ok) return tried.audit;
  audit.frontier.add(tried.value);
  return await advance({ ...audit, failures: 0 }, self);
}

/** Starts as many pages as there is room for, and concludes when there are none left. */
async function advance(audit: AuditState, self: Self): Promise<AuditState> {
  const { frontier, plan, supervisor } = audit;
  if (audit.isOver) return audit;
  if (frontier.known > plan.maxPages) {
    return conclude(audit, {
      kind: "failed",
      why: `holds more than ${plan.maxPages} addresses (--max-pages)`,
    });
  }
  while (frontier.running < plan.maxRunning) {
    const address = frontier.take();
    if (address === undefined) break;
    const job = { address, inspect: plan.inspect, ledger: plan.ledger, audit: plan.desk };
    const name = plan.pages.via(Page, address.key);
    await supervisor.call.startChild(
      Page.child(job, { id: address.key, name, restart: "transient", shutdownMs: "brutalKill" }),
    );
  }
  plan.progress.cast.counted({ settled: frontier.settled, known: frontier.known });
  if (!frontier.isDone) return audit;
  const tried = await tryDatabase(audit, self, "conclude", () => plan.ledger.conclude());
  return tried.ok ? conclude(audit, { kind: "done", summary: tried.value }) : tried.audit;
}

function conclude(audit: AuditState, outcome: Outcome): AuditState {
  audit.plan.announce(outcome);
  return { ...audit, isOver: true };
}

function unusable(why: string): Outcome {
  return { kind: "failed", why: `cannot use Postgres: ${why}` };
}

type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly audit: AuditState };

/** Asks the ledger; while the database is away, `retry` comes later. */
async function tryDatabase<T>(
  audit: AuditState,
  self: Self,
  retry: Retry,
  ask: () => Promise<T>,
): Promise<Tried<T>> {
  try {
    return { ok: true, value: await ask() };
  } catch (error) {
    const why = faultText(error);
    if (!isPassing(error) || audit.failures >= MAX_FAILURES) {
      return { ok: false, audit: conclude(audit, unusable(why)) };
    }
    audit.plan.progress.cast.waiting(why);
    self.sendAfter(backoffMs(audit.failures), retry);
    return { ok: false, audit: { ...audit, failures: audit.failures + 1 } };
  }
}
