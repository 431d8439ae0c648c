import { monitorEventLoopDelay } from "node:perf_hooks";
import { defineActor, type Pid, type PidOf, type Self, type Speaks } from "troupe";
import { arrivals, hostLoop, openLoop, type Percentiles, percentilesOf } from "../../contender/open-loop.ts";
import { expectSame } from "../../contender/work.ts";
import { Counter } from "./counter.ts";
import { limitMs, system } from "./driver.ts";

/** Calls offered at a share of the capacity that was found just before; rates are calls a second. */
export interface Load extends Percentiles {
  readonly share: number;
  readonly capacity: number;
  readonly perSecond: number;
  /** The capacity that was found just after it. Less than was offered: the machine could not sustain the load. */
  readonly capacityAfter: number;
  /** How often the load was offered until it was sustained, or given up. */
  readonly tries: number;
}

/** What one run brings: milliseconds, but for the rates. */
export interface LatencyFigures {
  readonly loads: readonly Load[];
  /** How late timers of 1 ms come. */
  readonly loopDelay: Percentiles;
  /** The longest call to somebody else meanwhile. */
  readonly hostile: { readonly handling: number; readonly receiving: number; readonly dying: number };
}

const AT_ONCE = 64;
/** Rounds of a capacity: an odd number has a middle one. */
const ROUNDS = 5;
/** A load that the machine did not sustain is offered again, so often at the most. */
const TRIES = 3;
const SAMPLER_MS = 1;

const counter: PidOf<typeof Counter> = await system.start(Counter, 0);
const call = (): Promise<number> => counter.call.add(1, { timeoutMs: limitMs });
const turn = (): Promise<void> => new Promise((resolve) => hostLoop.nextTurn(resolve));

/** A linear congruence with a fixed seed: every run has the same arrivals. */
function chances(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What is sustained, not what the machine can do at its best: the middle of several rounds. */
async function capacityOver(partMs: number): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await rateOver(partMs / ROUNDS));
  return rounds.sort((one, other) => one - other)[ROUNDS >> 1]!;
}

async function rateOver(partMs: number): Promise<number> {
  await counter.call.take();
  const begunMs = hostLoop.now();
  let sent = 0;
  while (hostLoop.now() - begunMs < partMs) {
    await Promise.all(Array.from({ length: AT_ONCE }, call));
    sent += AT_ONCE;
    await turn();
  }
  const tookMs = hostLoop.now() - begunMs;
  expectSame("answered", await counter.call.take(), sent);
  return (sent / tookMs) * 1_000;
}

async function underLoad(share: number, partMs: number): Promise<Load> {
  let capacity = await capacityOver(partMs);
  for (let tries = 1; ; tries += 1) {
    const perSecond = share * capacity;
    // Warm for this rate, and never a load that cold code could not carry: what a backlog leaves behind is felt for long.
    await offered(perSecond, partMs / 2);
    const latencies = await offered(perSecond, partMs);
    const capacityAfter = await capacityOver(partMs);
    if (capacityAfter >= perSecond || tries === TRIES)
      return { share, capacity, perSecond, capacityAfter, tries, ...latencies };
    capacity = capacityAfter;
  }
}

async function offered(perSecond: number, partMs: number): Promise<Percentiles> {
  const due = arrivals(Math.max(1, Math.round((perSecond * partMs) / 1_000)), perSecond, chances());
  const samples = await openLoop(due, call);
  expectSame("answered", await counter.call.take(), due.length);
  return percentilesOf(samples);
}

/** Sends to itself whatever it is sent. */
const Restless = defineActor({
  name: "restless",
  init: () => 0,
  info: (count, message: "on", self: Self) => {
    self.send(message);
    return count + 1;
  },
});

async function loopDelayOver(partMs: number): Promise<Percentiles> {
  const restless = await Promise.all([system.start(Restless), system.start(Restless)]);
  for (const one of restless) for (let message = 0; message < 100; message += 1) one.send("on");
  await turn();
  const delays = monitorEventLoopDelay({ resolution: SAMPLER_MS });
  delays.enable();
  await new Promise((done) => setTimeout(done, partMs));
  delays.disable();
  await Promise.all(restless.map((one) => one.stop({ timeoutMs: limitMs })));
  const late = (ns: number): number => Math.max(0, ns / 1e6 - SAMPLER_MS);
  return {
    p50: late(delays.percentile(50)),
    p99: late(delays.percentile(99)),
    p999: late(delays.percentile(99.9)),
    max: late(delays.max),
  };
}

const isWanted = (message: unknown): message is "wanted" => message === "wanted";

/** A process that so many messages wait for, of which it wants the last. */
async function picky(many: number) {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let taken = false;
  const pid: Pid<Speaks<{}, {}, number | "wanted">> = system.spawn(async (self) => {
    await begun;
    await self.receive(isWanted);
    taken = true;
  });
  await fill(many - 1, (message) => pid.send(message));
  pid.send("wanted");
  return { begin, isOver: () => taken };
}

interface Hoard {
  readonly begun: Promise<void>;
  readonly many: number;
  readonly over: () => void;
  readonly handled: number;
}

/** Its first message is handled when it is told to begin; meanwhile the others gather. */
const Hoarder = defineActor({
  name: "hoarder",
  init: (hoard: Omit<Hoard, "handled">): Hoard => ({ ...hoard, handled: 0 }),
  info: (hoard, _message: number): Hoard | Promise<Hoard> => {
    const handled = hoard.handled + 1;
    if (handled === hoard.many) hoard.over();
    const next = { ...hoard, handled };
    return handled === 1 ? hoard.begun.then(() => next) : next;
  },
});

async function hoarder(many: number) {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let isDone = false;
  const over = (): void => {
    isDone = true;
  };
  const pid = await system.start(Hoarder, { begun, many, over });
  await fill(many, (message) => pid.send(message));
  return { pid, begin, isOver: () => isDone };
}

/** As a socket would: some in each turn of the event loop. */
async function fill(many: number, send: (message: number) => void): Promise<void> {
  for (let message = 1; message <= many; message += 1) {
    send(message);
    if (message % 1_000 === 0) await turn();
  }
}

/** Milliseconds of the clock or of this process, whichever were less: others may have had the processor. */
async function longestCall(until: () => boolean): Promise<number> {
  let longest = 0;
  while (!until()) {
    const begunMs = hostLoop.now();
    const used = process.cpuUsage();
    await turn();
    await call();
    const { user, system: kernel } = process.cpuUsage(used);
    longest = Math.max(longest, Math.min(hostLoop.now() - begunMs, (user + kernel) / 1_000));
  }
  return longest;
}

async function hostileDelays(many: number): Promise<LatencyFigures["hostile"]> {
  const busy = await hoarder(many);
  busy.begin();
  const handling = await longestCall(busy.isOver);

  const choosy = await picky(many);
  choosy.begin();
  const receiving = await longestCall(choosy.isOver);

  // Its first message is being handled, the others are dead letters.
  const mortal = await hoarder(many);
  let told = 0;
  const ended = system.telemetry.on("message:dead", () => {
    told += 1;
  });
  mortal.pid.exit("kill");
  const dying = await longestCall(() => told === many - 1);
  ended();
  return { handling, receiving, dying };
}

/**
 * Measures the latency of a call under load, the delay of the event loop while actors never run out of messages, and
 * the longest delay that a hostile actor makes.
 *
 * @param partMs - how long each part is meant to last
 * @param many - messages of the hostile actor
 */
export async function latencyOver(partMs: number, many: number): Promise<LatencyFigures> {
  await capacityOver(partMs);
  const loads: Load[] = [];
  for (const share of [0.1, 0.5, 0.9]) loads.push(await underLoad(share, partMs));
  const loopDelay = await loopDelayOver(partMs);
  return { loads, loopDelay, hostile: await hostileDelays(many) };
}
