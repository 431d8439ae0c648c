import type { Percentiles } from "../contender/open-loop.ts";
import { short } from "../growth/report.ts";
import type { Machine } from "../machine.ts";
import { align } from "../report.ts";
import type { LatencyFigures, Load } from "../work/troupe/latency.ts";

/** What `--latency --json` prints; milliseconds, but for the rates. */
export interface LatencyReport {
  readonly machine: Machine;
  readonly latency: LatencyFigures;
}

/** Tables for people, in Markdown. */
export function latencyTablesOf({ loads, loopDelay, hostile }: LatencyFigures): string {
  const head = ["", "p50", "p99", "p99.9", "longest"];
  const calls = align([
    ["a call at", "capacity before, after", "calls/s", ...head.slice(1)],
    ...loads.map((load) => [
      `${Math.round(load.share * 100)} % of capacity${remark(load)}`,
      `${rate(load.capacity)}, ${rate(load.capacityAfter)}`,
      rate(load.perSecond),
      ...cells(load),
    ]),
  ]);
  const delays = align([head, ["the event loop, actors always busy", ...cells(loopDelay)]]);
  const longest = align([
    ["an actor with 10⁶ messages", "the longest call to another"],
    ["handles them", time(hostile.handling)],
    ["looks past them in `receive`", time(hostile.receiving)],
    ["is killed", time(hostile.dying)],
  ]);
  return `${calls}\n\n${delays}\n\n${longest}`;
}

/** What is to be known of a load that the machine did not sustain. */
function remark({ perSecond, capacityAfter, tries }: Load): string {
  if (capacityAfter < perSecond) return `, not sustained in ${tries} tries`;
  return tries > 1 ? `, try ${tries}` : "";
}

function cells({ p50, p99, p999, max }: Percentiles): string[] {
  return [p50, p99, p999, max].map(time);
}

/** `0.0123` → `12.3 µs`, `4.56` → `4.56 ms`, `1234.5` → `1,235 ms`. */
export function time(ms: number): string {
  return ms < 1 ? `${short(ms * 1_000)} µs` : `${short(ms)} ms`;
}

function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString("en");
}
