/**
 * How long requests take under each strategy, on a clock that is moved by hand: serial workers, requests that come
 * when they come (Poisson), and for each as much work as it happens to be (exponential). Same seed, same figures,
 * however fast or busy the machine is.
 *
 * @module
 */
import {
  type CallSelf,
  consistentHash,
  createRegistry,
  createRoutingPool,
  defineActor,
  type From,
  leastBusy,
  noReply,
  peakEwma,
  powerOfTwo,
  type RoutingPoolOptions,
  random,
  roundRobin,
  weighted,
} from "troupe";
import { testSystem } from "troupe/testing";

/** What is simulated. */
export interface Plan {
  readonly workers: number;
  /** The share of what all workers together can do that is asked of them. */
  readonly load: number;
  /** Milliseconds that a request takes on average. */
  readonly serviceMs: number;
  /** How many times as long the first worker takes for each; 1 when it is as the others. */
  readonly slowdown: number;
  readonly requests: number;
  readonly seed: number;
}

/** Milliseconds from asking to the answer; of requests that were not answered in time, to the end. */
export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Not answered when the last request had come. */
  readonly unanswered: number;
}

/** The pools that are compared, by what the table calls them. */
export const POOLS: Readonly<Record<string, () => RoutingPoolOptions>> = {
  random: () => ({ strategy: random() }),
  "round-robin": () => ({ strategy: roundRobin() }),
  weighted: () => ({ strategy: weighted(() => 1) }),
  "consistent hash": () => ({ strategy: consistentHash() }),
  "power of two": () => ({ strategy: powerOfTwo() }),
  "peak EWMA": () => ({ strategy: peakEwma() }),
  "least busy": () => ({ strategy: leastBusy() }),
  "one line": () => ({ strategy: leastBusy(), maxRunning: 1, maxWaiting: 1_000_000 }),
};

/** One request that a worker has. */
interface Job {
  readonly from: From<void>;
  readonly ms: number;
}

/** Plays one plan with one pool. */
export async function simulate(options: RoutingPoolOptions, plan: Plan): Promise<Latencies> {
  const { workers, load, serviceMs, slowdown, requests, seed } = plan;
  await using system = testSystem({ maxSteps: Number.MAX_SAFE_INTEGER });
  const registry = createRegistry<string, number>(system, { keys: "duplicate" });
  const Worker = defineActor({
    name: "worker",
    mailbox: { highWater: Number.MAX_SAFE_INTEGER },
    init: (slow: number, self) => {
      registry.register("workers", self.pid, slow);
      return { slow, jobs: [] as Job[] };
    },
    calls: {
      work: (state, ms: number, self: CallSelf<void>) => {
        state.jobs.push({ from: self.from, ms: ms * state.slow });
        if (state.jobs.length === 1) self.sendAfter(ms * state.slow, "done");
        return noReply(state);
      },
    },
    info: (state, _message: "done", self) => {
      state.jobs.shift()?.from.reply();
      const next = state.jobs[0];
      if (next !== undefined) self.sendAfter(next.ms, "done");
      return state;
    },
  });
  for (let worker = 0; worker < workers; worker += 1) await system.start(Worker, worker === 0 ? slowdown : 1);
  const pool = createRoutingPool(registry, Worker, "workers", options);

  const chance = chanceOf(seed);
  const exponential = (meanMs: number): number => -meanMs * Math.log(1 - chance());
  const gapMs = serviceMs / (load * (workers - 1 + 1 / slowdown));
  const askedAtMs: number[] = [];
  const tookMs = new Map<number, number>();
  const Source = defineActor({
    name: "source",
    init: (_: void, self) => {
      self.sendAfter(exponential(gapMs), "ask");
      return 0;
    },
    info: (asked, _message: "ask", self) => {
      askedAtMs.push(system.nowMs);
      const answer = pool.call.work(exponential(serviceMs), {
        timeoutMs: Number.POSITIVE_INFINITY,
        hashKey: chance(),
      });
      answer.then(
        () => void tookMs.set(asked, system.nowMs - (askedAtMs[asked] as number)),
        // Who is not answered when the system ends is counted below.
        () => undefined,
      );
      if (asked + 1 < requests) self.sendAfter(exponential(gapMs), "ask");
      return asked + 1;
    },
  });
  await system.start(Source);
  while (askedAtMs.length < requests) await system.advance(100 * gapMs);
  const endMs = system.nowMs;
  const all = askedAtMs.map((atMs, asked) => tookMs.get(asked) ?? endMs - atMs).sort((a, b) => a - b);
  const quantile = (share: number): number => all[Math.ceil(share * all.length) - 1] as number;
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), unanswered: requests - tookMs.size };
}

/** Numbers in [0, 1) that hang on the seed alone (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
