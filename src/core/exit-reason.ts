/**
 * Why a process ended. A crash is a value that travels: links, monitors and supervisors
 * get an {@link ExitReason}; callers get an error that carries one.
 *
 * ```ts
 * toExitReason("shutdown"); //=> { kind: "shutdown" }
 * isOrderly({ kind: "error", error: new Error("boom") }); //=> false
 * ```
 *
 * @module
 */

/** Every way a process can end; a closed union, told apart by `kind`. */
export type ExitReason =
  | { readonly kind: "normal" }
  | { readonly kind: "shutdown"; readonly detail?: unknown }
  | { readonly kind: "killed" }
  | { readonly kind: "noproc" }
  | { readonly kind: "noconnection" }
  | { readonly kind: "error"; readonly error: unknown };

/** What may be given where a reason is asked for: a word, a whole reason, or what was thrown. */
export type ReasonInput = "normal" | "shutdown" | ExitReason | Error;

export const NORMAL: ExitReason = Object.freeze({ kind: "normal" });
export const SHUTDOWN: ExitReason = Object.freeze({ kind: "shutdown" });
export const KILLED: ExitReason = Object.freeze({ kind: "killed" });
export const NOPROC: ExitReason = Object.freeze({ kind: "noproc" });

/**
 * Makes a whole reason of what a user gave.
 *
 * @throws TypeError when `input` is none of the accepted forms
 *
 * @example
 * ```ts
 * toExitReason("normal"); //=> { kind: "normal" }
 * toExitReason(new RangeError("no")); //=> { kind: "error", error: RangeError("no") }
 * ```
 */
export function toExitReason(input: ReasonInput): ExitReason {
  if (input === "normal") return NORMAL;
  if (input === "shutdown") return SHUTDOWN;
  if (input instanceof Error) return { kind: "error", error: input };
  if (isExitReason(input)) return input;
  throw new TypeError(
    `an exit reason is "normal", "shutdown", an Error or { kind: … }, not ${typeof input === "string" ? `"${String(input)}"` : typeof input}`,
  );
}

/** The reason of a process whose own code threw `error`. */
export function errorReason(error: unknown): ExitReason {
  return { kind: "error", error };
}

/**
 * `true` for `normal` and `shutdown`: not logged as a crash, and no restart of a transient child.
 *
 * @follows Elixir `Supervisor` restart values; `:normal`, `:shutdown` and `{:shutdown, term}`
 */
export function isOrderly(reason: ExitReason): boolean {
  return reason.kind === "normal" || reason.kind === "shutdown";
}

/** One line for people; survives anything that was thrown. */
export function formatReason(reason: ExitReason): string {
  switch (reason.kind) {
    case "shutdown":
      return reason.detail === undefined ? "shutdown" : `shutdown (${describe(reason.detail)})`;
    case "error":
      return describe(reason.error);
    default:
      return reason.kind;
  }
}

/** Characters of a value that are shown; a whole state or message in an error helps nobody. */
const MAX_SHOWN = 500;

/**
 * A short text in one line for any value, hostile ones included (proxies, getters that throw, circular causes).
 *
 * @returns at most 500 characters and an ellipsis
 *
 * @example
 * ```ts
 * describe(new RangeError("no")); //=> "RangeError: no"
 * describe(undefined); //=> "undefined"
 * ```
 */
export function describe(value: unknown): string {
  try {
    const line = textOf(value).replaceAll(/\s*\n\s*/g, " ");
    return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
  } catch {
    return "(a value that cannot be shown)";
  }
}

function textOf(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(value) ?? Object.prototype.toString.call(value);
}

const KINDS: readonly string[] = ["normal", "shutdown", "killed", "noproc", "noconnection", "error"];

function isExitReason(input: unknown): input is ExitReason {
  return (
    typeof input === "object" &&
    input !== null &&
    KINDS.includes((input as { readonly kind?: string }).kind ?? "")
  );
}
