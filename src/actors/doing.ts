/**
 * What a process was doing when it crashed, for its report.
 *
 * @module
 */

/** A message in its handler. */
export interface Handling {
  /** Of the call or cast; `info`, `down`, `continue` and so on for the rest. */
  readonly name: string;
  readonly input: unknown;
}

/** A message, or words for what is none; `undefined` between messages. */
export type Doing = Handling | string | undefined;

/** Says kind and size of the input, never the content of strings and objects. */
export function doingText(doing: Doing): string | undefined {
  if (doing === undefined || typeof doing === "string") return doing;
  return `handling ${doing.name}(${sizeOf(doing.input)})`;
}

function sizeOf(input: unknown): string {
  switch (typeof input) {
    case "undefined":
      return "";
    case "string":
      return `a string of ${input.length}`;
    case "object":
      if (input === null) return "null";
      try {
        if (Array.isArray(input)) return `an array of ${input.length}`;
        return input.constructor?.name ?? "Object";
      } catch {
        return "an object";
      }
    case "function":
    case "symbol":
      return `a ${typeof input}`;
    default:
      return String(input);
  }
}
