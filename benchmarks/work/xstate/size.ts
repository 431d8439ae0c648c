import { bundling } from "../../contender/bundle.ts";
import type { Work } from "../../contender/work.ts";

export function open(): Work {
  return bundling(["createActor", "createMachine"], "xstate");
}
