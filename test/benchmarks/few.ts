import type { Row } from "../../benchmarks/rows.ts";

/** A few operations: enough for several bursts, and to go round every ring. */
export function few({ id, multipleOf = 1, unit }: Row): number {
  if (id.startsWith("http")) return 250; // each goes through a real origin
  if (id === "skynet") return 1_111; // a tree of 1,000 leaves
  if (id === "import" || id === "size") return 1; // a process, a bundle
  if (unit === "ms" || unit === "stale reads") return 500; // any number will do
  if (unit === "bytes") return 500; // any number can be weighed
  return Math.ceil(2_500 / multipleOf) * multipleOf;
}
