/**
 * `npm run guard [-- <work> …]`: bytes that one operation of the hot path allocates, beside those of the baseline.
 * Exit code 1 when one differs by more than it may. `npm run guard -- --write` makes them the baseline for this
 * major version of Node: to be done on purpose, when an allocation is worth it or has been saved.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { BASELINE, differences, majorOf, measure, readBaseline } from "../test/guard/guard.ts";

const { values, positionals } = parseArgs({
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const node = process.versions.node;
const baseline = readBaseline();
const bytes = await measure(positionals);
for (const [name, is] of Object.entries(bytes)) {
  const was = baseline[majorOf(node)]?.bytes[name];
  console.log(`${name.padEnd(24)} ${String(is).padStart(6)} B   baseline ${was ?? "-"}`);
}
if (values.write) {
  const all = { ...(positionals.length > 0 ? baseline[majorOf(node)]?.bytes : undefined), ...bytes };
  writeFileSync(
    BASELINE,
    `${JSON.stringify({ ...baseline, [majorOf(node)]: { node, bytes: all } }, null, 2)}\n`,
  );
  console.log(`written to ${BASELINE} for Node ${majorOf(node)}`);
} else if (positionals.length === 0) {
  const found = differences(baseline, node, bytes);
  if (found === undefined)
    console.log(`there is no baseline for Node ${majorOf(node)}: npm run guard -- --write`);
  for (const line of found ?? []) console.log(line);
  process.exitCode = found === undefined || found.length > 0 ? 1 : 0;
}
