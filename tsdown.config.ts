import { resolve } from "node:path";
import { defineConfig } from "tsdown";

/** One file of `dist` for each public entry, the command, and both sides of `#attribution`; what they share goes into chunks. */
const entries = {
  index: "src/index.ts",
  "core/attribution-node": "src/core/attribution-node.ts",
  "core/attribution-none": "src/core/attribution-none.ts",
  "testing/index": "src/testing/index.ts",
  "machines/index": "src/machines/index.ts",
  "node/index": "src/node/index.ts",
  "cli/main": "src/cli/main.ts",
  "resources/http1/index": "src/resources/http1/index.ts",
  "resources/http2/index": "src/resources/http2/index.ts",
  "resources/multiplexed/index": "src/resources/multiplexed/index.ts",
  "resources/postgres/index": "src/resources/postgres/index.ts",
  "resources/table/index": "src/resources/table/index.ts",
  "resources/tcp/index": "src/resources/tcp/index.ts",
  "resources/threads/index": "src/resources/threads/index.ts",
};

/** One chunk for all that the core entry stands on: Node is slow to find and open a file, and bundlers look at each statement anyway. */
const floors = {
  name: "troupe",
  test: /\/src\/(core\/(?!attribution-)|(telemetry|actors|registry|supervisor|pools)\/)[\w/-]+\.ts$|\/node_modules\/(zod|eventemitter3)\//,
};

/** Says of what is frozen at the top of a file that it may be left out when nobody uses it: not every bundler knows that of freezing. */
const frozenMayGo = {
  name: "frozen-may-go",
  renderChunk: (code: string): string =>
    code.replaceAll(/(?<=^const .*)Object\.freeze\(/gm, "/* @__PURE__ */ $&"),
};

export default defineConfig({
  entry: entries,
  plugins: [frozenMayGo],
  format: "esm",
  target: "node20",
  platform: "node",
  outDir: "dist",
  dts: true,
  tsconfig: "tsconfig.build.json",
  // its entry is CommonJS within: Node would load a second module system for it, a third of the time that an import takes
  alias: { eventemitter3: resolve("node_modules/eventemitter3/dist/eventemitter3.esm.js") },
  deps: {
    // option schemas use zod/mini, which is bundled and tree-shaken, as are the types of Standard Schema;
    // everything else stays a dependency
    alwaysBundle: [/^zod\/(mini|v4)/, "@standard-schema/spec", "eventemitter3"],
    neverBundle: ["pg", "undici", "xstate", "#attribution", /^node:/],
  },
  // `await using` a lease has to compile for users whose `lib` does not know it
  banner: { dts: '/// <reference lib="esnext.disposable" />' },
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  inputOptions: { checks: { pluginTimings: false } },
  // the declarations carry the documentation
  outputOptions: {
    comments: { legal: true, annotation: true, jsdoc: false },
    codeSplitting: { groups: [floors] },
  },
  clean: true,
  logLevel: "warn",
});
