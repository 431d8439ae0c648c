/**
 * How late a host interval of 10 ms ticks while a system is as busy as it can be.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import { createSystem, defineActor, dynamicSupervisor, type System } from "troupe";

/** Milliseconds from tick to tick. */
const INTERVAL_MS = 10;
/** How late 99 of 100 ticks may be at the most, and how late any, in milliseconds. */
export const LATE_MS = { p99: 20, most: 50 };
/** Processes that always have a message, each of which sends the next. */
const BUSY = 1_000;
const CRASHING = 50;

/** How late the ticks of one interval were, in milliseconds. */
export interface Lateness {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  readonly ticks: number;
}

/** The same without load, under a full run queue, and under a crash loop. */
export interface IntervalReport {
  readonly tookMs: number;
  readonly quiet: Lateness;
  readonly "full run queue": Lateness;
  readonly "crash loop": Lateness;
  /** What is later than {@link LATE_MS}. */
  readonly unflat: readonly string[];
  /** Why lateness says nothing here. */
  readonly unjudged?: string;
}

/** Measures for `ms` in all, a third each. */
export async function measureInterval(ms: number): Promise<IntervalReport> {
  const startedAtMs = performance.now();
  const quiet = latenessOf(await gapsFor(ms / 3));
  const full = await under(fullRunQueue, ms / 3);
  const crashing = await under(crashLoop, ms / 3);
  const judged = quiet.p99 <= LATE_MS.p99 && quiet.most <= LATE_MS.most;
  return {
    tookMs: performance.now() - startedAtMs,
    quiet,
    "full run queue": full,
    "crash loop": crashing,
    unflat: judged ? [...tooLate("full run queue", full), ...tooLate("crash loop", crashing)] : [],
    ...(judged ? {} : { unjudged: "an interval is as late on this machine without any load" }),
  };
}

/**
 * What a list of times from tick to tick says of lateness; a tick that is early is not late.
 *
 * @param gapsMs - at least one
 */
export function latenessOf(gapsMs: readonly number[]): Lateness {
  const late = gapsMs.map((gapMs) => Math.max(0, gapMs - INTERVAL_MS)).sort((a, b) => a - b);
  const at = (part: number): number =>
    late[Math.min(late.length - 1, Math.ceil(part * late.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), most: late.at(-1) ?? 0, ticks: late.length };
}

/** Says which limits a load breaks; empty when none. */
export function tooLate(load: string, { p99, most }: Lateness): string[] {
  const faults: string[] = [];
  const shown = (figure: number): string => figure.toFixed(1);
  if (p99 > LATE_MS.p99) faults.push(`${load}: p99 ${shown(p99)} ms late, over ${LATE_MS.p99}`);
  if (most > LATE_MS.most) faults.push(`${load}: up to ${shown(most)} ms late, over ${LATE_MS.most}`);
  return faults;
}

/** @param load - begins; answers what ends it, since a system that is as busy as can be stops slowly */
async function under(load: (system: System) => Promise<() => void>, ms: number): Promise<Lateness> {
  await using system = createSystem({ logger: false });
  const end = await load(system);
  const gapsMs = await gapsFor(ms);
  end();
  return latenessOf(gapsMs);
}

function gapsFor(ms: number): Promise<readonly number[]> {
  return new Promise((done) => {
    const gapsMs: number[] = [];
    const endsAtMs = performance.now() + ms;
    let lastMs = performance.now();
    const ticking = setInterval(() => {
      const nowMs = performance.now();
      gapsMs.push(nowMs - lastMs);
      lastMs = nowMs;
      if (nowMs < endsAtMs) return;
      clearInterval(ticking);
      done(gapsMs);
    }, INTERVAL_MS);
  });
}

async function fullRunQueue(system: System): Promise<() => void> {
  let goesOn = true;
  const Busy = defineActor({
    name: "busy",
    init: (_none: undefined, self) => {
      self.send("on");
      return 0;
    },
    info: (turns, _message: "on", self) => {
      if (goesOn) self.send("on");
      return turns + 1;
    },
  });
  // all at once: to wait for each is to wait for a turn of all before it
  await Promise.all(Array.from({ length: BUSY }, () => system.start(Busy)));
  return () => {
    goesOn = false;
  };
}

async function crashLoop(system: System): Promise<() => void> {
  const Crashing = defineActor({
    name: "crashing",
    init: (_none: undefined, self) => {
      self.send("on");
      return 0;
    },
    info: (_state, _message: "on"): number => {
      throw new Error("again");
    },
  });
  const app = await system.start(dynamicSupervisor({ maxRestarts: 1_000_000, periodMs: 20 }));
  await Promise.all(Array.from({ length: CRASHING }, () => app.call.startChild(Crashing)));
  return () => app.exit("kill");
}
