/**
 * What a definition's `redact` lets others see. One that fails shows nothing and harms nobody.
 *
 * @module
 */

import { isThenable } from "../core/thenable.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { CompiledBehaviour } from "./behaviour.ts";

/** Whose part is to be seen. */
export interface Redacted {
  readonly label: string;
  readonly behaviour: Pick<CompiledBehaviour, "redact">;
  readonly kernel: { readonly telemetry: Telemetry };
}

/**
 * Shows a part as `redact` has it; `undefined` when it says nothing of that part.
 *
 * @param name - of the call or cast, for a message
 */
export function shownPart(
  { label, behaviour, kernel }: Redacted,
  part: "state" | "message" | "error",
  value: unknown,
  name?: string,
): unknown {
  const redact = behaviour.redact?.[part];
  if (redact === undefined) return undefined;
  try {
    const shown = redact(value as never, name as never);
    if (!isThenable(shown)) return shown;
    // Whatever it comes to is not waited for; a rejection must not come up as a fault of the dead.
    shown.then(undefined, () => undefined);
    throw new TypeError(`redact answered a promise for the ${part}: it has to answer at once`);
  } catch (error) {
    kernel.telemetry.emit("redact:failed", { label, part, error });
    // Not what it threw, which may tell all that it should have hidden.
    return "(redact failed)";
  }
}

/** An error as others may see it: all of it when `redact` says nothing of errors. */
export function shownError(whose: Redacted, error: unknown): unknown {
  return whose.behaviour.redact?.error === undefined ? error : shownPart(whose, "error", error);
}
