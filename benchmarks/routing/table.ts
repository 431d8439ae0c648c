/**
 * `npm run bench -- --routing`: the strategies beside each other, with and without a slow member. Virtual time, so
 * that the figures are those of the strategies and not of the machine.
 *
 * @module
 */
import { type Latencies, type Plan, POOLS, simulate } from "./simulation.ts";

const EVEN: Plan = { workers: 10, load: 0.8, serviceMs: 10, slowdown: 1, requests: 40_000, seed: 1 };

/** What the table compares, in its order. */
export const PLANS: Readonly<Record<string, Plan>> = {
  "load 0.8": EVEN,
  "load 0.5": { ...EVEN, load: 0.5 },
  "one 5× slower, load 0.8": { ...EVEN, slowdown: 5 },
};

/** A share of requests left over that only a queue without end leaves. */
const DIVERGES = 0.02;

/** Plays every plan with every pool. @returns the table, a line a pool */
export async function routingTable(requests: number = EVEN.requests): Promise<string> {
  const plans = Object.entries(PLANS);
  const head = ["p50 / p99 in ms", ...plans.map(([name]) => name)];
  const lines = [head, head.map(() => "---")];
  for (const [name, options] of Object.entries(POOLS)) {
    const cells: string[] = [];
    for (const [, plan] of plans)
      cells.push(cellOf(await simulate(options(), { ...plan, requests }), requests));
    lines.push([name, ...cells]);
  }
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cellOf({ p50Ms, p99Ms, unanswered }: Latencies, requests: number): string {
  if (unanswered / requests > DIVERGES) return "diverges";
  return `${Math.round(p50Ms)} / ${Math.round(p99Ms)}`;
}
