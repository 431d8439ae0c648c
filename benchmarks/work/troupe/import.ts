import { importing } from "../../contender/importing.ts";
import type { Work } from "../../contender/work.ts";

export function open(): Work {
  return importing("troupe");
}
