/**
 * The options of a start.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, durationMs, onFirstUse } from "../core/options.ts";

/** How long a start may take. */
export interface StartOptions {
  /** Milliseconds until a process whose `init` still awaits is killed; `Infinity` when absent. */
  readonly timeoutMs?: number;
}

const startOptions = onFirstUse(() =>
  z.strictObject({
    timeoutMs: z.optional(durationMs({ unbounded: true })),
    name: ofChild("name"),
    id: ofChild("id"),
    restart: ofChild("restart"),
    shutdownMs: ofChild("shutdownMs"),
  }),
);

/** Where it belongs, for who looks for it here. */
function ofChild(key: string): z.ZodMiniType {
  const error = `is an option of a child: start Definition.child(arg, { ${key} }) instead`;
  return z.optional(z.custom(() => false, { error }));
}

/** @throws InvalidOptionsError with all faults at once */
export function checkStartOptions(options: StartOptions): void {
  checkOptions("start", startOptions, options);
}
