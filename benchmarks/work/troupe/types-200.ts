import { compiling } from "../../contender/compiling.ts";
import type { Work } from "../../contender/work.ts";

export function open(): Work {
  return compiling();
}
