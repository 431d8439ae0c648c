/**
 * Small bugs that the scenarios of routing pools have to find.
 *
 * @module
 */
import type { Edit } from "./mutants.ts";

/** By what goes wrong. */
export const ROUTING_MUTANTS: Readonly<Record<string, readonly Edit[]>> = {
  "PF1 what was granted to who has gone is given to nobody": [
    {
      file: "src/pools/routed-requests.ts",
      find: "          this.#home.health.release(member);\n          continue;",
      replace: "          continue;",
    },
  ],
  "PF2 who is free wakes nobody": [
    {
      file: "src/pools/routing-pool.ts",
      find: "back: () => this.#requests.wake(),",
      replace: "back: () => undefined,",
    },
  ],
  "PF49 a granted member is called though it has left": [
    {
      file: "src/pools/routed-requests.ts",
      find: "if (!member.present || (member.out & ~Out.full) !== 0) {",
      replace: "if ((member.out & Out.ejected) !== 0) {",
    },
  ],
  "PF43 a call that fails is not counted as over": [
    {
      file: "src/pools/routed-requests.ts",
      find: "        ended(this.#verdict(error));\n",
      replace: "",
    },
  ],
  "what may have been handled is asked of another": [
    {
      file: "src/pools/retry.ts",
      find: 'if (!isActorError(error) || error.handled !== "no") return false;',
      replace: "if (!isActorError(error)) return false;",
    },
  ],
  "draining waits for open calls only": [
    {
      file: "src/actors/sending.ts",
      find: 'if (mailbox.door.kind === "call") calls.push',
      replace: 'if (mailbox.door.kind === "system") calls.push',
    },
  ],
  "a draining member is still picked": [
    {
      file: "src/pools/live-members.ts",
      find: "    this.#countFull(member, member.out | why);\n    if (member.pickable) this.#pause(member);",
      replace:
        "    this.#countFull(member, member.out | why);\n    if (member.pickable && why !== Out.draining) this.#pause(member);",
    },
  ],
};
