/**
 * What a table is made from.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, onFirstUse } from "../../core/options.ts";

/**
 * Who may do what. `public`: everybody reads and writes; `protected`: everybody reads, the owner writes;
 * `private`: the owner does both.
 */
export type TableAccess = "public" | "protected" | "private";

/** How a table is called, and who may do what. */
export interface TableOptions {
  /** The table in messages; `"table"` when absent. Nobody is found by it: a registry's entry is for that. */
  readonly name?: string;
  /** `"protected"` when absent. */
  readonly access?: TableAccess;
}

const schema = onFirstUse(() =>
  z.strictObject({
    name: z.optional(z.string()),
    access: z.optional(z.enum(["public", "protected", "private"])),
  }),
);

/** @throws InvalidOptionsError with all faults at once */
export function tableSettings(given: TableOptions): Required<TableOptions> {
  checkOptions("createTable", schema, given);
  return { name: given.name ?? "table", access: given.access ?? "protected" };
}
