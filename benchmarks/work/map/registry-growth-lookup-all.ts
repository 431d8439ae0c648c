import { spread } from "../../contender/spread.ts";
import type { Work } from "../../contender/work.ts";
import { lookups } from "./registry-growth-lookup.ts";

export function open(size: number): Work {
  return lookups(size, spread(size, size));
}
