/** `npm run build`: builds `dist`, says how big programs get that import the core entry, and fails when one is too big. */
import { resolve } from "node:path";
import { build } from "tsdown";
import { lineOf, WEIGHED, weigh } from "./size.ts";

/** All that the core entry needs besides itself. */
const OUTSIDE = "node:async_hooks";

await build({ config: "tsdown.config.ts" });
console.log("the core entry, minified and gzipped, with nothing outside:");
for (const program of WEIGHED) {
  const weight = await weigh(resolve("dist/index.js"), program.imports);
  console.log(lineOf(program, weight));
  const strangers = weight.outside.filter((name) => name !== OUTSIDE);
  if (strangers.length > 0) fail(`it imports ${strangers.join(", ")}`);
  if (weight.bytes > program.limitBytes) fail("it is heavier than it may be: scripts/size.ts holds it");
}

function fail(why: string): void {
  console.error(`  ${why}`);
  process.exitCode = 1;
}
