/**
 * Runs one audit from the start of its processes to the end of the last of them.
 *
 * @module
 */

import { createSystem, type ExitReason, formatCrash, type System } from "troupe";
import type { Outcome } from "./audit.ts";
import { formatToll } from "./chaos.ts";
import { faultText } from "./database-fault.ts";
import type { Input } from "./input.ts";
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
export async function conduct(
  given: Omit<AuditParts, "announce">,
  interruption: Promise<never>,
): Promise<Conducted> {
  const startedAtMs = performance.now();
  const system = createSystem({ name: "link-audit", logger: false });
  reportFaults(system);
  given.progress.write(`auditing ${printable(given.input.shown)}\n`);
  let announce: (outcome: Outcome) => void = () => {};
  const announced = new Promise<Outcome>((resolve) => {
    announce = resolve;
  });
  const tree = planTree(system, { ...given, announce });
  try {
    const outcome = await Promise.race([runTree(system, tree, announced), interruption]);
    if (outcome.kind === "failed") return { ok: false, why: outcome.why };
    const notes = [`took ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`];
    if (given.settings.chaos) notes.push(formatToll(await tree.chaos.call.toll()));
    return { ok: true, report: toReport(given.input, outcome.summary), notes };
  } finally {
    await system.stop({ deadlineMs: SHUTDOWN_MS });
  }
}

/** Starts the tree; its end is an outcome too, when its budgets are used up. */
async function runTree(system: System, tree: AuditTree, announced: Promise<Outcome>): Promise<Outcome> {
  const root = await system.start(tree.root);
  const end = root.down().then((reason): Outcome => ({ kind: "failed", why: `gave up: ${textOf(reason)}` }));
  return await Promise.race([announced, end]);
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

function toReport(input: Input, { pages, links, leaving, broken }: Summary): Report {
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
