/** `npm run build`: builds `dist`, says what programs weigh that import the core entry, and fails when one is too heavy. */
import { build } from "tsdown";
import { faultsOf, lineOf, WEIGHED, weigh } from "./size.ts";

await build({ config: "tsdown.config.ts" });
console.log("the core entry, minified and gzipped, packages within:");
for (const program of WEIGHED) {
  const weight = await weigh(program);
  console.log(lineOf(program, weight));
  for (const fault of faultsOf(program, weight)) {
    console.error(`  ${fault}`);
    process.exitCode = 1;
  }
}
