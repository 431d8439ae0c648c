/**
 * The command line.
 *
 * @module
 */

import { parseArgs } from "node:util";

/** What the user asked for. */
export type Command =
  | { readonly kind: "audit"; readonly settings: Settings }
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly why: string };

/** How to audit. */
export interface Settings {
  /** A folder, a file or a URL; `undefined` means the project's own documentation. */
  readonly input: string | undefined;
  readonly json: boolean;
  readonly chaos: boolean;
  readonly external: boolean;
  /** Where the choices of `--chaos` start from. */
  readonly seed: number;
  /** Milliseconds for one answer, from the request to the last byte. */
  readonly timeoutMs: number;
  /** Largest page that is read, in bytes. */
  readonly maxBytes: number;
  /** The audit gives up when the input holds more addresses. */
  readonly maxPages: number;
}

/** Shown by `--help`. */
export const HELP = `Usage: npm start [-- <folder or URL> [options]]

Follows every link inside the input, anchors too, and reports those that lead nowhere.
Without an input it audits this project's own documentation.

  --json             prints { input, pages, links, broken } and nothing else (npm start --silent -- … --json)
  --chaos            kills pages, connections, registries and worker threads all the while; the report stays
                     the same
  --seed <n>         where the choices of --chaos start from (1)
  --external         checks the links that leave the input, too
  --timeout-ms <n>   how long one answer may take (10000)
  --max-bytes <n>    how large a page may be (10485760)
  --max-pages <n>    how many addresses the input may hold (100000)
  --help             this text

The ledger is kept in the Postgres at DATABASE_URL, or in one that is started for the run.
Exit code: 0 all links lead somewhere, 1 some are broken, 2 the input cannot be read.
`;

const OPTIONS = {
  json: { type: "boolean", default: false },
  chaos: { type: "boolean", default: false },
  external: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  seed: { type: "string", default: "1" },
  "timeout-ms": { type: "string", default: "10000" },
  "max-bytes": { type: "string", default: "10485760" },
  "max-pages": { type: "string", default: "100000" },
} as const;

/**
 * Reads the command line.
 *
 * @example
 * ```ts
 * readArguments(["docs", "--shiny"]); //=> { kind: "refused", why: "unknown option --shiny" }
 * ```
 */
export function readArguments(argv: readonly string[]): Command {
  const { values, positionals, why } = parse(argv);
  if (why !== undefined) return { kind: "refused", why };
  if (values.help) return { kind: "help" };
  if (positionals.length > 1) {
    return { kind: "refused", why: `one folder or URL, not ${positionals.length}: ${positionals.join(" ")}` };
  }
  // What a shell makes of a variable that is not set; as a path it would mean the current folder.
  if (positionals[0] === "") return { kind: "refused", why: "an empty folder or URL" };
  const numbers: Record<string, number> = {};
  for (const name of ["seed", "timeout-ms", "max-bytes", "max-pages"] as const) {
    const number = Number(values[name]);
    if (!Number.isSafeInteger(number) || number < (name === "seed" ? 0 : 1) || values[name].trim() === "") {
      return { kind: "refused", why: `--${name} needs a whole number, not "${values[name]}"` };
    }
    numbers[name] = number;
  }
  const settings = {
    input: positionals[0],
    json: values.json,
    chaos: values.chaos,
    external: values.external,
    seed: numbers.seed!,
    timeoutMs: numbers["timeout-ms"]!,
    maxBytes: numbers["max-bytes"]!,
    maxPages: numbers["max-pages"]!,
  };
  return { kind: "audit", settings };
}

function parse(argv: readonly string[]) {
  try {
    return { ...parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true }), why: undefined };
  } catch (error) {
    return { values: {} as never, positionals: [], why: explain((error as Error).message) };
  }
}

/** Node's words for what is wrong with an option, in ours. */
function explain(message: string): string {
  const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1];
  if (unknown !== undefined) return `unknown option ${unknown}`;
  const name = /^Option '(?:-\w, )?--([a-z-]+)/.exec(message)?.[1];
  if (name === undefined || !(name in OPTIONS)) return message.split(/\.\s|\n/, 1)[0]!;
  const takesValue = OPTIONS[name as keyof typeof OPTIONS].type === "string";
  return `--${name} ${takesValue ? "needs a whole number" : "takes no value"}`;
}
