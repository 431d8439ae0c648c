import type { Work } from "../../contender/work.ts";
import { open as weighed } from "./heap-per-actor.ts";

export function open(): Work {
  return weighed();
}
