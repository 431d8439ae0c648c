/**
 * What the guard measures: each does so many operations and answers how many it has seen done.
 *
 * @module
 */

import { apart } from "./works/apart.ts";
import type { Works } from "./works/cast.ts";
import { lives } from "./works/lives.ts";
import { loans } from "./works/loans.ts";
import { messages } from "./works/messages.ts";
import { names } from "./works/names.ts";

export type { Work } from "./works/cast.ts";

/** Opens every work on one system. */
export async function openWorks(): Promise<Works> {
  return {
    ...(await messages()),
    ...(await lives()),
    ...(await names()),
    ...(await loans()),
    ...(await apart()),
  };
}
