/**
 * What a {@link Backoff} has to be.
 *
 * @module
 */

import * as z from "zod/mini";
import { durationMs } from "../core/options.ts";

/** A schema for an option that is a backoff. */
export const backoffOptions = (): z.ZodMiniType =>
  z
    .strictObject({
      minMs: durationMs({ least: 1 }),
      maxMs: durationMs({ least: 1 }),
      factor: z.optional(z.number().check(z.gte(1))),
      jitter: z.optional(z.number().check(z.gte(0), z.lte(1))),
    })
    .check(
      z.refine(({ minMs, maxMs }) => minMs <= maxMs, {
        error: "must have a minMs that is no longer than its maxMs",
      }),
    );
