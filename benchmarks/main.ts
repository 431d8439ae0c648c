/** `npm run bench`: the same work here and in each peer, in one run, each figure verified for completion. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { compileContenders } from "./compile.ts";
import { BenchFault } from "./contender/work.ts";
import { type Growing, type Known, measureGrowth } from "./growth/measure.ts";
import { plotOf } from "./growth/plot.ts";
import { growthReportOf, growthTableOf, verdictTableOf } from "./growth/report.ts";
import { type GrowthRow, growthRows } from "./growth/rows.ts";
import { measureLatency } from "./latency/measure.ts";
import { type LatencyReport, latencyTablesOf } from "./latency/report.ts";
import { describeMachine } from "./machine.ts";
import { type Contender, measureRow, type RowFigures, type Side } from "./measure.ts";
import { nodeContender, versionIn } from "./node-contender.ts";
import { findNode } from "./nodes.ts";
import { type BenchOptions, readOptions, UsageError } from "./options.ts";
import { findBeam, otpContender, whyNotOtp } from "./otp-contender.ts";
import { machineLine, reportOf, type Skipped, tableOf } from "./report.ts";
import { type Row, rows } from "./rows.ts";
import { nameOf, type Variant, variantsOn } from "./variants.ts";

const root = join(import.meta.dirname, "..");
/** Peers that come with the language itself. */
const builtIn = new Set(["map", "event-emitter", "message-port", "node-http2"]);

try {
  const options = readOptions(process.argv.slice(2));
  if (!existsSync(join(root, "dist", "index.js"))) {
    throw new UsageError("the built package is measured, and it is not there: npm run build");
  }
  if (options.latency) await benchLatency(options);
  else await (options.growth ? benchGrowth(options) : bench(options));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof BenchFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function bench(options: BenchOptions): Promise<void> {
  if (options.routing) {
    process.stdout.write(`${await (await import("./routing/table.ts")).routingTable()}\n`);
    return;
  }
  const chosen = rows.filter((row) => options.only.includes(row.id));
  const nodes = options.nodes.map(findNode);
  const majors = nodes.map(nameOf);
  const twice = majors.find((name, at) => majors.indexOf(name) !== at);
  if (twice !== undefined) throw new UsageError(`--node: two of them would be called ${twice}`);
  const compiled = compileContenders();
  const beam = findBeam();
  const packages = [...new Set(chosen.flatMap((row) => row.peers))].filter((peer) => peer !== "otp");
  const versions = Object.fromEntries(
    packages.map((name) => [name, versionIn(join(root, "node_modules", name))]),
  );

  const whyNot = (row: Row, peer: string): string | undefined => {
    if (peer === "otp") return whyNotOtp(beam, row.id);
    return builtIn.has(peer) || versions[peer] !== undefined ? undefined : "the package is not installed";
  };
  const otp = otpContender(join(compiled, "otp"));
  const contender = (name: string, how: Variant): Contender =>
    name === "otp" ? otp : nodeContender(name, compiled, how);

  const figures: RowFigures[] = [];
  const skipped: Skipped[] = [];
  for (const row of chosen) {
    const able: string[] = [];
    for (const peer of row.peers) {
      const reason = whyNot(row, peer);
      if (reason === undefined) able.push(peer);
      else skipped.push({ row: row.id, peer, reason });
    }
    const sides: Record<string, Side> = {};
    for (const node of [undefined, ...nodes]) {
      const ways = variantsOn(row, node);
      process.stderr.write(
        `${row.id}: ${ways.map(({ name }) => name).join(" and ")} beside ${able.join(", ") || "nobody"} …\n`,
      );
      const ours = ways.map((way) => contender("troupe", way));
      const peers = able.map((peer) => contender(peer, ways[0]));
      const measured = await measureRow(row, ours, peers, options);
      for (const [at, { name }] of ways.entries()) sides[name] = measured[at] as Side;
    }
    const { troupe, ...variants } = sides;
    figures.push({ row, ...(troupe as Side), variants });
  }

  const machine = describeMachine(options, {
    troupe: versionIn(root),
    ...Object.fromEntries(nodes.map((node) => [nameOf(node), node.version])),
    ...beam,
    ...versions,
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify(reportOf(machine, figures, skipped), undefined, 2)}\n`);
    return;
  }
  process.stdout.write(`${tableOf(figures)}\n\n${machineLine(machine)}\n`);
  for (const { row, peer, reason } of skipped)
    process.stdout.write(`skipped: ${peer} in ${row}, ${reason}\n`);
}

async function benchLatency(options: BenchOptions): Promise<void> {
  const latency = await measureLatency(compileContenders(), options.roundMs);
  const machine = describeMachine({ rounds: 1, roundMs: options.roundMs }, { troupe: versionIn(root) });
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ machine, latency } satisfies LatencyReport, undefined, 2)}\n`
      : `${latencyTablesOf(latency)}\n\n${machineLine(machine)}\n`,
  );
}

async function benchGrowth(options: BenchOptions): Promise<void> {
  const compiled = compileContenders();
  const figures = [];
  const known: Known = new Map();
  for (const row of growthRows.filter(({ id }) => options.only.includes(id))) {
    const growing = growingOf(row, compiled);
    process.stderr.write(`${row.id}: ${growing.map(({ contender }) => contender.name).join(" beside ")} …\n`);
    figures.push(await measureGrowth(row, growing, options, known));
  }
  for (const figure of options.plot ? figures : []) {
    const file = join(import.meta.dirname, "plots", `${figure.row.id}.svg`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, plotOf(figure));
    process.stderr.write(`drawn: ${relative(root, file)}\n`);
  }
  const machine = describeMachine(options, { troupe: versionIn(root) });
  process.stdout.write(
    options.json
      ? `${JSON.stringify(growthReportOf(machine, figures), undefined, 2)}\n`
      : `${growthTableOf(figures)}\n\n${verdictTableOf(figures)}\n\n${machineLine(machine)}\n`,
  );
}

/** We, and what grows with memory alone. */
function growingOf({ id, beside }: GrowthRow, compiled: string): Growing[] {
  const ours = { contender: nodeContender("troupe", compiled), id, isShared: false };
  if (beside === undefined) return [ours];
  if (beside === "map") return [ours, { contender: nodeContender("map", compiled), id, isShared: false }];
  const bare = { ...nodeContender("bare", compiled), name: `bare ${beside.bare}` };
  return [ours, { contender: bare, id: beside.bare, isShared: true }];
}
