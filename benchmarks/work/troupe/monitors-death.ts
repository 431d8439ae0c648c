import type { Work } from "../../contender/work.ts";
import { deathAmong } from "./ties.ts";

export function open(size: number): Promise<Work> {
  return deathAmong(size, "monitor");
}
