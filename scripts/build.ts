/** `npm run build`: builds `dist` and says how big the core entry is. */
import { build } from "tsdown";
import { gzippedSize } from "./size.ts";

/** The core entry is meant to stay below this, gzipped, with its dependencies outside. */
const GOAL_BYTES = 20_000;

await build({ config: "tsdown.config.ts" });
const bytes = await gzippedSize("dist/index.js");
console.log(`core entry: ${bytes} bytes minified and gzipped (goal: below ${GOAL_BYTES})`);
