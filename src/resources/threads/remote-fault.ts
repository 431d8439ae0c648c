/**
 * What a thread tells of an error: plain data, since errors do not travel well.
 *
 * ```ts
 * const { name, message, cause } = faultOf(new TypeError("no", { cause: new Error("because") }));
 * [name, message, cause?.message]; //=> ["TypeError", "no", "because"]
 * faultOf("a text").message; //=> 'thrown: "a text"'
 * ```
 *
 * @module
 */

import { describe } from "../../core/exit-reason.ts";
import type { RemoteFault } from "../errors.ts";

/** Longer chains of causes are cut: most likely they go round. */
const MAX_CAUSES = 8;

/** Nothing that was thrown makes this throw. */
export function faultOf(thrown: unknown, depth = 0): RemoteFault {
  if (!(thrown instanceof Error)) return { name: "Error", message: `thrown: ${describe(thrown)}` };
  const { name, message, stack, cause } = thrown;
  const code: unknown = "code" in thrown ? thrown.code : undefined;
  return {
    name: textOr(name, "Error"),
    message: textOr(message, describe(message)),
    ...(typeof stack === "string" ? { stack } : {}),
    ...(typeof code === "string" ? { code } : {}),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: faultOf(cause, depth + 1) }),
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
