import type { Percentiles } from "../contender/open-loop.ts";
import { short } from "../growth/report.ts";
import type { Machine } from "../machine.ts";
import { align } from "../report.ts";
import type { LatencyFigures } from "../work/troupe/latency.ts";

/** What `--latency --json` prints; milliseconds, but for the rates. */
export interface LatencyReport {
  readonly machine: Machine;
  readonly latency: LatencyFigures;
}

/** Tables for people, in Markdown. */
export function latencyTablesOf({ capacity, loads, loopDelay, hostile }: LatencyFigures): string {
  const head = ["", "p50", "p99", "p99.9", "longest"];
  const calls = align([
    ["a call at", "calls/s", ...head.slice(1)],
    ...loads.map(({ share, perSecond, ...latencies }) => [
      `${Math.round(share * 100)} % of capacity`,
      rate(perSecond),
      ...cells(latencies),
    ]),
  ]);
  const delays = align([head, ["the event loop, actors always busy", ...cells(loopDelay)]]);
  const longest = align([
    ["an actor with 10⁶ messages", "the longest call to another"],
    ["handles them", time(hostile.handling)],
    ["looks past them in `receive`", time(hostile.receiving)],
    ["is killed", time(hostile.dying)],
  ]);
  return `capacity: ${rate(capacity)} calls/s\n\n${calls}\n\n${delays}\n\n${longest}`;
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
