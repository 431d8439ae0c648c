import { loadOf } from "./load-heap.ts";
import { type PeakEwmaOptions, peakEwmaSettings } from "./peak-ewma-options.ts";
import type { Member, Strategy } from "./strategy.ts";

/** Of a member that has requests, and of which no answer has been seen: whoever is known comes first. */
const UNKNOWN_MS = 2 ** 40;

/** What was seen of a member. */
interface Seen {
  /** Milliseconds a request takes; falls as time passes without news. */
  costMs: number;
  atMs: number;
}

/**
 * Looks at two members picked at random, and takes the one where a new request is to be done sooner: by how long its
 * requests took of late, and how many it has.
 *
 * A member that becomes slow is known for it with the first slow answer (the peak), and forgiven little by little
 * (the average, weighted by age). It tells members apart that are slow though they have nothing to do, behind a bad
 * network for instance, which {@link leastBusy} cannot. Has each call of its pool watched. O(1) a pick.
 *
 * @throws InvalidOptionsError with all faults at once
 * @follows Finagle `PeakEwma` over `p2c`; there a member that fails fast draws all requests
 *
 * @example
 * ```ts
 * import type { Member, Picker, StrategyContext } from "troupe";
 * const [far, near] = [1, 2].map((serial) => ({ pid: { serial }, queued: 0, running: 0 })) as unknown as [Member, Member];
 * const strategy = peakEwma({ decayMs: 1_000 }) as { create(context: StrategyContext): Picker };
 * const picker = strategy.create({ members: [far, near], random: () => 0, nowMs: () => 0 });
 * picker.ended?.(far, { tookMs: 80, failed: false });
 * picker.ended?.(near, { tookMs: 20, failed: false });
 * picker.pick()?.pid.serial; //=> 2
 * ```
 */
export function peakEwma(options: PeakEwmaOptions = {}): Strategy {
  const { decayMs, failureMs } = peakEwmaSettings(options);
  return {
    create: ({ members, random: chance, nowMs }) => {
      const seen = new Map<Member, Seen>();
      const costOf = (member: Member, atMs: number): number => {
        const known = seen.get(member);
        const load = loadOf(member);
        if (known === undefined) return load === 0 ? 0 : UNKNOWN_MS + load;
        return known.costMs * Math.exp((known.atMs - atMs) / decayMs) * (load + 1);
      };
      return {
        pick() {
          const size = members.length;
          if (size < 2) return members[0];
          const at = Math.floor(chance() * size);
          // One of the others, each with the same chance.
          const step = 1 + Math.floor(chance() * (size - 1));
          const [one, other] = [members[at]!, members[(at + step) % size]!];
          const atMs = nowMs();
          return costOf(other, atMs) < costOf(one, atMs) ? other : one;
        },
        ended(member, { tookMs, failed }) {
          const costMs = failed ? Math.max(tookMs, failureMs) : tookMs;
          const atMs = nowMs();
          const known = seen.get(member);
          if (known === undefined) return void seen.set(member, { costMs, atMs });
          const kept = Math.exp((known.atMs - atMs) / decayMs);
          known.costMs = costMs > known.costMs ? costMs : known.costMs * kept + costMs * (1 - kept);
          known.atMs = atMs;
        },
        left: (member) => void seen.delete(member),
        // What was seen of it is kept for its return.
        paused: () => undefined,
        resumed: () => undefined,
      };
    },
  };
}
