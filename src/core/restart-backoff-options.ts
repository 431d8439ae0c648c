/**
 * The backoff of restarts, and what may be said of it.
 *
 * @module
 */

import * as z from "zod/mini";
import type { Backoff } from "./backoff.ts";
import { durationMs } from "./options.ts";

/** How the waits before restarts grow, and when they begin anew. */
export interface RestartBackoff extends Backoff {
  /** Milliseconds of running after which what went wrong before is forgotten; the supervisor's `periodMs` when absent. */
  readonly resetAfterMs?: number;
}

/** @returns a schema that finds every fault of a backoff at once */
export function restartBackoff(): z.ZodMiniType<RestartBackoff> {
  const shape = z.strictObject({
    minMs: durationMs(),
    maxMs: durationMs(),
    factor: z.optional(numberFrom(1, Number.MAX_VALUE, "of at least 1")),
    jitter: z.optional(numberFrom(0, 1, "from 0 to 1")),
    resetAfterMs: z.optional(durationMs({ unbounded: true })),
  });
  const ordered = z.refine<z.infer<typeof shape>>(({ minMs, maxMs }) => !(maxMs < minMs), {
    path: ["maxMs"],
    error: "must not be less than minMs",
  });
  // zod takes an option that may be left out for one that may be undefined.
  return shape.check(ordered) as unknown as z.ZodMiniType<RestartBackoff>;
}

function numberFrom(least: number, most: number, range: string): z.ZodMiniType<number> {
  return z.custom<number>((value) => typeof value === "number" && value >= least && value <= most, {
    error: `must be a number ${range}`,
  });
}
