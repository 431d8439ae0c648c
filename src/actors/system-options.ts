/**
 * The options of a system.
 *
 * @module
 */

import * as z from "zod/mini";
import { callback, checkOptions, count, ofType, oneOf, onFirstUse } from "../core/options.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Tracing } from "./tracing.ts";

/** How a system is made. */
export interface SystemOptions {
  /** For messages. */
  readonly name?: string;
  /**
   * `"isolated"` (default): a stray fault ends the process in whose asynchronous context it surfaced.
   * `"handlersOnly"`: only what handlers throw or reject with is caught; the rest is the host's.
   */
  readonly faults?: "isolated" | "handlersOnly";
  /** `"frozen"` freezes plain objects and arrays that are sent; `"shared"` (default) leaves them. */
  readonly messages?: "frozen" | "shared";
  /** Where crash reports and warnings go; `false` for nowhere. The console when absent. */
  readonly logger?: Logger | false;
  /** Carries a tracer's context from the sender of each message to its handler; nothing is carried when absent. */
  readonly tracing?: Tracing;
  /** How many errors the logger gets within a second, and how many warnings; the rest are counted. 20 when absent. */
  readonly maxRecordsPerSecond?: number;
}

/** What is checked of them; the test kit adds its own. */
export const systemOptions = onFirstUse(() =>
  z.strictObject({
    name: z.optional(ofType("string")),
    faults: z.optional(oneOf("isolated", "handlersOnly")),
    messages: z.optional(oneOf("frozen", "shared")),
    tracing: z.optional(z.looseObject({ capture: callback(), run: callback() })),
    logger: z.optional(
      z.custom((given) => given === false || isLogger(given), {
        error: "must be false, or have the functions error and warn",
      }),
    ),
    maxRecordsPerSecond: z.optional(count(1)),
  }),
);

function isLogger(given: unknown): boolean {
  if (typeof given !== "object" || given === null) return false;
  const { error, warn } = given as Readonly<Record<string, unknown>>;
  return typeof error === "function" && typeof warn === "function";
}

/** @throws InvalidOptionsError with all faults at once */
export function checkSystemOptions(options: SystemOptions): void {
  checkOptions("createSystem", systemOptions, options);
}
