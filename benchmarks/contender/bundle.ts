import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import type { Work } from "./work.ts";

/** What a bundle came to. */
export interface Bundle {
  /** Minified and gzipped. */
  readonly bytes: number;
  /** What it would still import: modules of Node. */
  readonly outside: readonly string[];
}

/**
 * Bundles and minifies a program as a user's bundler would: what it does not use is left out, packages are within.
 *
 * @param program - a module; packages are found from here
 */
export async function bundle(program: string): Promise<Bundle> {
  const entry = join(import.meta.dirname, "program-to-bundle.js");
  const bundled = await rolldown({
    input: entry,
    platform: "node",
    external: (name) => name.startsWith("node:"),
    plugins: [
      {
        name: "program",
        resolveId: (name) => (name === entry ? name : undefined),
        load: (name) => (name === entry ? program : undefined),
      },
    ],
  });
  const { output } = await bundled.generate({ minify: true, comments: false });
  const chunks = output.filter((chunk) => chunk.type === "chunk");
  const code = chunks.map((chunk) => chunk.code).join("");
  const outside = new Set(chunks.flatMap((chunk) => chunk.imports));
  return { bytes: gzipSync(code, { level: 9 }).length, outside: [...outside].sort() };
}

/** Weighs a program that is nothing but this import, and keeps what it imports. */
export function bundling(names: readonly string[], from: string): Work {
  const program = `export { ${names.join(", ")} } from ${JSON.stringify(from)};`;
  return {
    async run(bundles) {
      let figure = 0;
      for (let at = 0; at < bundles; at += 1) figure = (await bundle(program)).bytes;
      return { counted: bundles, figure };
    },
  };
}
