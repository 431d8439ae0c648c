/**
 * The options of looking into processes.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, onFirstUse } from "../core/options.ts";
import type { CallOptions } from "../core/pid.ts";
import { behaviourOf, isDefinition } from "./behaviour.ts";
import type { AnyActor } from "./definition.ts";
import type { Traced } from "./message-trace.ts";

/** How long to wait for an answer (5,000 ms when nothing is said), and what may cut the wait short. */
export type DebugOptions = Pick<CallOptions, "timeoutMs" | "signal">;

/** Whose messages a trace of a system tells of. */
export interface TraceOptions {
  /** Only processes of this definition, whenever they start; everybody when absent. */
  readonly definition?: AnyActor;
}

const traceOptions = onFirstUse(() =>
  z.strictObject({
    definition: z.optional(
      z.custom(isDefinition, { error: "must be a definition, as defineActor answers it" }),
    ),
  }),
);

/**
 * What the options of a trace ask for.
 *
 * @throws InvalidOptionsError with all faults at once
 */
export function tracedBy(options: TraceOptions): Traced {
  checkOptions("trace", traceOptions, options);
  return { behaviour: options.definition === undefined ? undefined : behaviourOf(options.definition) };
}
