/**
 * Small bugs that the scenarios of checkout pools have to find; the ids are of the faults that broke others.
 *
 * @module
 */

import type { Edit } from "./mutants.ts";

/** By what goes wrong. */
export const POOL_MUTANTS: Readonly<Record<string, readonly Edit[]>> = {
  "PF1 a tool is granted to who has given up": [
    {
      file: "src/pools/waiter.ts",
      find: "    this.pool.forget(this);\n    this.reject(error);\n    this.pool.journal.timedOut",
      replace: "    this.reject(error);\n    this.pool.journal.timedOut",
    },
  ],
  "PF2 a wake-up dies with the one it woke": [
    { file: "src/pools/loan-table.ts", find: "this.#lost(slot);", replace: "this.leave(slot);" },
  ],
  "PF4 a discarded tool makes room for nobody": [
    {
      file: "src/pools/lending.ts",
      find: "(closed) => this.#gone(closed, reason)",
      replace: "(closed) => this.#table.leave(closed)",
    },
  ],
  "PF11 what comes after its time is forgotten": [
    { file: "src/pools/opening.ts", find: "    this.#tellCloser();\n", replace: "" },
  ],
  "PF20 a second checkin gives back another's loan": [
    {
      file: "src/pools/lease.ts",
      find: "    this.#token = undefined;\n    return this.#lender",
      replace: "    return this.#lender",
    },
  ],
};
