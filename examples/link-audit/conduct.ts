/**
 * Runs one audit from the start of its processes to the end of the last of them.
 *
 * @module
 */

import { createSystem, type ExitReason, formatCrash, isActorError, type System } from "troupe";
import type { Outcome } from "./audit.ts";
import { formatToll } from "./chaos.ts";
import { faultText } from "./database-fault.ts";
import type { Summary } from "./ledger.ts";
import type { AuditParts } from "./parts.ts";
import { printable, type Report, sortBroken } from "./report.ts";
import { showKey } from "./scope.ts";
import { type AuditTree, planTree } from "./tree.ts";

/** A report and what to say beside it, or why there is none. */
export type Conducted =
  | { readonly ok: true; readonly report: Report; readonly notes: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** Milliseconds for everything to end in order; then the rest is killed. */
const SHUTDOWN_MS = 8_000;

/**
 * Starts the tree, waits for the outcome, and ends the tree, whatever happens.
 *
 * @param interruption - rejects when the audit is to end before its time
 */
export async function conduct(parts: AuditParts, interruption: Promise<never>): Promise<Conducted> {
  const startedAtMs = performance.now();
  const system = createSystem({ name: "link-audit", logger: false });
  reportFaults(system);
  parts.progress.write(`auditing ${printable(parts.input.shown)}\n`);
  try {
    const tree = planTree(system, parts);
    const outcome = await Promise.race([outcomeOf(system, tree), interruption]);
    if (outcome.kind === "failed") return { ok: false, why: outcome.why };
    const notes = [`took ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`];
    if (parts.settings.chaos) notes.push(formatToll(await tree.chaos.call.toll()));
    return { ok: true, report: toReport(parts, outcome.summary), notes };
  } finally {
    await system.stop({ deadlineMs: SHUTDOWN_MS });
  }
}

async function outcomeOf(system: System, tree: AuditTree): Promise<Outcome> {
  const root = await system.start(tree.root);
  const end = root.down().then((reason): Outcome => ({ kind: "failed", why: `gave up: ${textOf(reason)}` }));
  return await Promise.race([askUntilAnswered(tree), end]);
}

/** Asks again when the audit was restarted; its name waits for the next incarnation. */
async function askUntilAnswered({ audit }: AuditTree): Promise<Outcome> {
  for (;;) {
    try {
      return await audit.call.outcome(undefined, { timeoutMs: Number.POSITIVE_INFINITY });
    } catch (error) {
      if (!isActorError(error, "ERR_EXITED") && !isActorError(error, "ERR_NOPROC")) throw error;
    }
  }
}

/** Faults go to standard error; kills are what chaos counts. */
function reportFaults({ telemetry }: System): void {
  telemetry.on("process:crashed", (report) => {
    if (report.reason.kind !== "killed") process.stderr.write(`${formatCrash(report)}\n`);
  });
  telemetry.on("cleanup:failed", ({ label, what, error }) => {
    process.stderr.write(`${label} failed at ${what}: ${faultText(error)}\n`);
  });
}

function toReport({ input }: AuditParts, { pages, links, leaving, broken }: Summary): Report {
  const found = broken.map(({ page, line, href, reason }) => ({
    page: showKey(input.scope, page),
    line,
    target: href,
    reason,
  }));
  return { input: input.shown, pages, links, leaving, broken: sortBroken(found) };
}

function textOf(reason: ExitReason): string {
  if (reason.kind !== "error") return reason.kind;
  return reason.error instanceof Error ? reason.error.message : String(reason.error);
}
