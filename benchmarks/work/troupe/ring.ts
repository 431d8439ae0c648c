import type { Work } from "../../contender/work.ts";
import { openRing } from "./ring-of.ts";

export function open(): Promise<Work> {
  return openRing(1_000);
}
