/**
 * What was typed, read into a command; pure.
 *
 * @module
 */

import { parseArgs } from "node:util";

/** What is to be done. */
export type Command =
  | {
      readonly kind: "run";
      readonly module: string;
      readonly watch: boolean;
      /** For the module: what stood behind `--`. */
      readonly rest: readonly string[];
    }
  | { readonly kind: "watched"; readonly module: string; readonly rest: readonly string[] }
  | { readonly kind: "tree"; readonly module: string; readonly rest: readonly string[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "version" }
  /** `why` says what was wrong and what to type instead. */
  | { readonly kind: "refused"; readonly why: string };

const HELP = `troupe: runs a supervision tree

  troupe run <module> [--watch] [-- …]    starts the tree that a module exports, and stays until it ends
  troupe tree <module> [-- …]             prints the tree that it would start, and starts nothing
  troupe <command> --help                 says more of a command
  troupe --version

A module exports by default what is to run: an application ("troupe/node"), a supervisor or another child
spec, or a function of the system that makes one. TypeScript runs where tsx is installed or Node strips types.
`;

const RUN_HELP = `troupe run <module> [--watch] [-- …]

  Starts the tree that the module exports by default, prints it, and stays until it ends.
  Ctrl-C or SIGTERM stops it in order, a second one ends it at once.

  --watch    starts it again whenever a source file changes in the module's folder or below;
             node_modules and folders that begin with a dot are left out
  -- …       what follows is for the module: it finds it in process.argv

  Exit codes: 0 when it ended in order, 130 and 143 when a signal stopped it, 1 when it gave up or did
  not start, 2 when the command is wrong. NO_COLOR and FORCE_COLOR are respected.
`;

const TREE_HELP = `troupe tree <module> [-- …]

  Prints the tree that the module would start, and starts none of its processes. The module itself is
  loaded, and a function that it exports is called. What comes only while the tree runs is said to.

  -- …       what follows is for the module: it finds it in process.argv
`;

const HELPS: Readonly<Record<string, string>> = { run: RUN_HELP, tree: TREE_HELP };

/** Options besides `--help`, by command. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = { run: ["watch"], tree: [], watched: [] };

/** Reads the arguments that follow the program's own name. */
export function readArguments(argv: readonly string[]): Command {
  const [name, ...args] = argv;
  if (name === undefined) return { kind: "refused", why: `say what to do\n\n${HELP.trimEnd()}` };
  if (name === "--help" || name === "-h" || name === "help") return { kind: "text", text: HELP };
  if (name === "--version" || name === "-v") return { kind: "version" };
  const options = OPTIONS[name];
  if (options === undefined) return { kind: "refused", why: unknownCommand(name) };
  return readCommand(name, args, options);
}

function readCommand(name: string, args: readonly string[], options: readonly string[]): Command {
  const { tokens } = parseArgs({ args: [...args], strict: false, tokens: true, options: known(options) });
  const end = tokens.find(({ kind }) => kind === "option-terminator")?.index ?? args.length;
  const rest = args.slice(end + 1);
  const own = tokens.filter(({ index }) => index < end);
  const given = own.flatMap((token) => (token.kind === "option" ? [token] : []));
  if (given.some((option) => option.name === "help" || option.name === "h")) {
    return { kind: "text", text: HELPS[name] ?? HELP };
  }
  for (const option of given) {
    if (!options.includes(option.name)) return refused(name, unknownOption(name, option.rawName, options));
    if (option.value !== undefined) return refused(name, `${option.rawName} takes no value`);
  }
  const [module, ...more] = own.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  if (module === undefined) return refused(name, "name a module: a file that exports what is to run");
  if (more.length > 0) {
    return refused(
      name,
      `takes one module, not also ${more.join(" ")}; what is for the module comes after --`,
    );
  }
  if (name === "run") return { kind: "run", module, watch: given.length > 0, rest };
  return name === "tree" ? { kind: "tree", module, rest } : { kind: "watched", module, rest };
}

function known(options: readonly string[]) {
  const flag = { type: "boolean" } as const;
  return {
    help: { type: "boolean", short: "h" } as const,
    ...Object.fromEntries(options.map((name) => [name, flag])),
  };
}

function refused(name: string, why: string): Command {
  return { kind: "refused", why: `${name}: ${why}; see troupe ${name} --help` };
}

function unknownCommand(name: string): string {
  const meant = nearest(name, Object.keys(HELPS));
  if (name.startsWith("-")) return `there is no option ${name}; see troupe --help`;
  if (/[./\\]/.test(name)) return `there is no command ${name}; to start it: troupe run ${name}`;
  return `there is no command ${name}${meant === undefined ? "" : `; did you mean ${meant}?`}; see troupe --help`;
}

function unknownOption(name: string, given: string, options: readonly string[]): string {
  const meant = nearest(given.replace(/^-+/, ""), [...options, "help"]);
  return `there is no option ${given}${meant === undefined ? "" : `; did you mean --${meant}?`} (${name} passes on what follows --)`;
}

/** The word that is at most two changes away. */
function nearest(given: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((word) => ({ word, far: distance(given, word) }))
    .filter(({ far }) => far <= 2)
    .sort((one, other) => one.far - other.far);
  return best?.word;
}

/** Letters to insert, delete or replace. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [down, letter] of [...one].entries()) {
    const next = [down + 1];
    for (const [at, goal] of [...other].entries()) {
      const replaced = (row[at] as number) + (letter === goal ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] as number) + 1, (next[at] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
