/**
 * What `postgres` takes beside pg's own configuration.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, durationMs, onFirstUse } from "../../core/options.ts";

/** Bounds on what a server can make a pool wait for. */
export interface PostgresOptions {
  /** Milliseconds for the answer to a ping, and to a look after a query that failed; 1,000 when absent. */
  readonly checkTimeoutMs?: number;
  /** Milliseconds for an orderly goodbye before the socket is destroyed; 1,000 when absent. */
  readonly closeTimeoutMs?: number;
}

const schema = onFirstUse(() =>
  z.strictObject({
    checkTimeoutMs: z.optional(durationMs({ least: 1 })),
    closeTimeoutMs: z.optional(durationMs({ least: 1 })),
  }),
);

/** @throws InvalidOptionsError */
export function checkPostgresOptions(given: PostgresOptions): PostgresOptions {
  checkOptions("postgres", schema, given);
  return given;
}
