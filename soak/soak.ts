import { type IntervalReport, measureInterval } from "./interval.ts";
import type { SoakOptions } from "./options.ts";
import { type Extent, type PhaseReport, playPhase } from "./phase.ts";
import { Vitals } from "./vitals.ts";
import type { Workload } from "./workload.ts";

/** The phase that measures an interval instead of playing a workload. */
export const INTERVAL = "interval";
/** Milliseconds of that phase when the others count cycles. */
const COUNTED_INTERVAL_MS = 1_500;

/** What came of all phases. */
export interface SoakReport {
  readonly seed: number;
  readonly phases: readonly PhaseReport[];
  readonly interval?: IntervalReport;
  readonly flat: boolean;
}

/**
 * Plays workloads one after the other, each on a system of its own.
 *
 * @param say - gets a line when something begins or ends
 */
export async function soak(
  workloads: readonly Workload[],
  options: Omit<SoakOptions, "json">,
  say: (line: string) => void,
): Promise<SoakReport> {
  const chosen = workloads.filter(({ id }) => options.only.includes(id));
  const measures = options.only.includes(INTERVAL);
  const parts = chosen.length + Number(measures);
  const extent: Extent = "ms" in options.extent ? { ms: options.extent.ms / parts } : options.extent;
  // looked through from the first phase on, so that what one leaves behind is not the next one's start
  const vitals = new Vitals();
  const phases: PhaseReport[] = [];
  for (const workload of chosen) {
    say(`${workload.id}: ${workload.about} …`);
    const report = await playPhase(workload, extent, options.seed, vitals);
    phases.push(report);
    say(verdictOf(report));
  }
  if (!measures) return { seed: options.seed, phases, flat: phases.every(isFlat) };
  say(`${INTERVAL}: how late 10 ms are under load …`);
  const interval = await measureInterval("ms" in extent ? extent.ms : COUNTED_INTERVAL_MS);
  say(verdictOf({ id: INTERVAL, ...interval }));
  return { seed: options.seed, phases, interval, flat: phases.every(isFlat) && isFlat(interval) };
}

function isFlat({ unflat }: { readonly unflat: readonly string[] }): boolean {
  return unflat.length === 0;
}

function verdictOf(report: {
  readonly id: string;
  readonly tookMs: number;
  readonly unflat: readonly string[];
}): string {
  const faults = report.unflat.map((fault) => `\n  ${fault}`).join("");
  const verdict = isFlat(report) ? "ok      " : "NOT FLAT";
  return `${verdict} ${report.id}  ${(report.tookMs / 1000).toFixed(1)} s${faults}`;
}
