import { roundRobin } from "troupe";
import type { Work } from "../../contender/work.ts";
import { picks } from "./picks.ts";

export function open(size: number): Work {
  return picks(roundRobin(), size, { fair: true });
}
