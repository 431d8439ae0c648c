/** The time and the turns of whoever is loaded. */
export interface Loop {
  now(): number;
  /** Calls back when the event loop has come round. */
  nextTurn(turn: () => void): void;
}

export const hostLoop: Loop = {
  now: () => performance.now(),
  nextTurn: (turn) => void setImmediate(turn),
};

/**
 * When requests come, fixed before the first is sent: at random and independent of each other, as from very many
 * clients.
 *
 * @param chance - numbers in [0, 1)
 * @returns milliseconds from the beginning, ascending
 */
export function arrivals(count: number, perSecond: number, chance: () => number): Float64Array {
  let atMs = 0;
  return Float64Array.from({ length: count }, () => {
    atMs += (-Math.log(1 - chance()) / perSecond) * 1_000;
    return atMs;
  });
}

/**
 * Sends each request at its time, whether or not those before it are answered. The event loop drives it, as it drives
 * a server: each time it comes round, all that are due are sent. A request that was due while the loop was held up is
 * sent late, and its latency counts from when it was due: nothing that the load makes is left out.
 *
 * @returns milliseconds from when each was due to its answer
 */
export function openLoop(
  dueMs: Float64Array,
  request: () => PromiseLike<unknown>,
  loop: Loop = hostLoop,
): Promise<Float64Array> {
  const latencies = new Float64Array(dueMs.length);
  let [sent, answered] = [0, 0];
  return new Promise((resolve, reject) => {
    const begunMs = loop.now();
    const send = (at: number): void => {
      request().then(() => {
        latencies[at] = loop.now() - begunMs - dueMs[at]!;
        answered += 1;
        if (answered === dueMs.length) resolve(latencies);
      }, reject);
    };
    const turn = (): void => {
      const nowMs = loop.now() - begunMs;
      for (; sent < dueMs.length && dueMs[sent]! <= nowMs; sent += 1) send(sent);
      if (sent < dueMs.length) loop.nextTurn(turn);
    };
    turn();
  });
}

/** What the samples say; exact, since all of them are kept. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** @param samples - sorted in place */
export function percentilesOf(samples: Float64Array): Percentiles {
  samples.sort();
  /** The smallest sample that this share of them does not exceed. */
  const at = (share: number): number => samples[Math.max(0, Math.ceil(samples.length * share) - 1)]!;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}
