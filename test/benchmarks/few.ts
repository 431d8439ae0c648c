import type { Row } from "../../benchmarks/rows.ts";

/** A few operations: enough for several bursts, and to go round every ring. */
export function few({ multipleOf = 1 }: Row): number {
  return Math.ceil(2_500 / multipleOf) * multipleOf;
}
