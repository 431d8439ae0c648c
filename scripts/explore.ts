/**
 * `npm run explore [-- --runs N --seed S --suite <name> --only <name>]`: plays the scenarios of `test/explore` in many
 * orders and says what came of each. `npm run explore -- --replay <schedule> --only <name>` plays one schedule. Exit
 * code 1 when a run fails. `npm run explore -- --mutants` puts small bugs into a copy of the sources, one by one, and
 * says in which run the scenarios of its suite found it; exit code 1 when one was not found.
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { ExplorationError, explore, replay } from "../src/testing/index.ts";
import { SUITES } from "../test/explore/suites.ts";
import { checkMutants } from "./mutants.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    suite: { type: "string" },
    only: { type: "string" },
    replay: { type: "string" },
    mutants: { type: "boolean", default: false },
  },
});
const suites = Object.entries(SUITES).filter(([name]) => values.suite === undefined || name === values.suite);
if (suites.length === 0) end(2, `no suite "${values.suite}"; one of: ${Object.keys(SUITES).join(", ")}`);
if (values.mutants) process.exit(checkMutants(Object.fromEntries(suites), values.runs, values.seed) ? 0 : 1);
const scenarios = suites.flatMap(([, suite]) => Object.entries(suite.scenarios));
const chosen = scenarios.filter(([name]) => values.only === undefined || name === values.only);
if (chosen.length === 0)
  end(2, `no scenario "${values.only}"; one of: ${scenarios.map(([name]) => name).join(", ")}`);
if (values.replay !== undefined && chosen.length > 1)
  end(2, "--replay plays one scenario: say which with --only");

let failed = 0;
for (const [name, scenario] of chosen) {
  const startedAtMs = performance.now();
  try {
    if (values.replay !== undefined) await replay(name, values.replay, scenario);
    else await explore(name, scenario, { runs: Number(values.runs), seed: Number(values.seed) });
    const runs = values.replay === undefined ? `${values.runs} runs` : "replayed";
    console.log(`ok      ${name}: ${runs} in ${Math.round(performance.now() - startedAtMs)} ms`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${error instanceof ExplorationError ? error.message : String(error)}`);
  }
}
console.log(`${chosen.length - failed} fine, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function end(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
