/** `npm run build`: builds `dist` and prints the gzipped size of the core entry. `--quiet` says it in one line. */
import { existsSync, readFileSync } from "node:fs";
import { build } from "tsdown";
import { coreSize } from "./size.ts";

const LIMIT_BYTES = 20_000;
if (!existsSync("src/index.ts")) {
  console.error("there is nothing to build: src/index.ts is missing");
  process.exit(1);
}
await build({ config: "tsdown.config.ts" });

const size = coreSize("dist/index.js");
console.log(`core entry: ${size.gzipped} bytes gzipped in ${size.files.length} files, dependencies outside`);
if (!process.argv.includes("--quiet")) {
  for (const file of size.files) console.log(`  ${file}  ${readFileSync(file).length} bytes`);
}
if (size.gzipped > LIMIT_BYTES) console.log(`that is above the goal of ${LIMIT_BYTES} bytes`);
