/** Measures what importing an entry of `dist` brings along. */
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/**
 * Bundles and minifies an entry as a user's bundler would, with packages outside.
 *
 * @returns bytes of the result, gzipped
 */
export async function gzippedSize(entry: string): Promise<number> {
  const isPackage = (name: string): boolean => /^[^./#]/.test(name);
  const bundle = await rolldown({ input: entry, platform: "node", external: isPackage });
  const { output } = await bundle.generate({ minify: true });
  const code = output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  return gzipSync(code, { level: 9 }).length;
}
