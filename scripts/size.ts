/** Measures what a program gets that imports from `dist`, and holds it below a limit. */
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/** A program, and the bytes that it may weigh, minified and gzipped. */
export interface Weighed {
  /** What it imports from the core entry. */
  readonly imports: readonly string[] | "all";
  readonly limitBytes: number;
}

/** What a bundle came to. */
export interface Weight {
  readonly bytes: number;
  /** The packages and modules of Node that it would still import. */
  readonly outside: readonly string[];
}

const ACTORS = ["createSystem", "defineActor"];
const SUPERVISED = [...ACTORS, "createRegistry", "supervisor"];

/** What is held, a little above what it weighs: a part that gets heavier is meant to, or it is found here. */
export const WEIGHED: readonly Weighed[] = [
  { imports: ACTORS, limitBytes: 31_000 },
  { imports: SUPERVISED, limitBytes: 47_500 },
  { imports: [...SUPERVISED, "createRoutingPool", "createCheckoutPool"], limitBytes: 64_000 },
  { imports: "all", limitBytes: 77_500 },
];

/**
 * Bundles and minifies a program as a user's bundler would: what it does not use is left out, packages stay outside.
 *
 * @param entry - path of the built core entry
 */
export async function weigh(entry: string, imports: Weighed["imports"]): Promise<Weight> {
  const names = imports === "all" ? "*" : `{ ${imports.join(", ")} }`;
  const program = `export ${names} from ${JSON.stringify(entry)};`;
  const outside = new Set<string>();
  const bundle = await rolldown({
    input: "program",
    platform: "node",
    external: (name) => /^node:/.test(name),
    plugins: [
      {
        name: "program",
        resolveId: (name) => (name === "program" ? name : undefined),
        load: (name) => (name === "program" ? program : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ minify: true });
  const chunks = output.filter((chunk) => chunk.type === "chunk");
  for (const { imports } of chunks) for (const name of imports) outside.add(name);
  const code = chunks.map((chunk) => chunk.code).join("");
  return { bytes: gzipSync(code, { level: 9 }).length, outside: [...outside].sort() };
}

/** One line for each program that is held: its weight, its limit, and what it imports. */
export function lineOf({ imports, limitBytes }: Weighed, { bytes }: Weight): string {
  const what = imports === "all" ? "all of it" : imports.join(", ");
  return `${bytes.toLocaleString("en")} bytes (limit ${limitBytes.toLocaleString("en")}): ${what}`;
}
