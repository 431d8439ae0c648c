import type { Work } from "../../contender/work.ts";
import { tyingAmong } from "./ties.ts";

export function open(size: number): Promise<Work> {
  return tyingAmong(size, "monitor");
}
