/**
 * `npm run conformance [-- <folder>]`: plays recorded scenarios of OTP and compares. Without a folder those of
 * `test/conformance/scenarios`. Closes with what was played and what came of it; exit code 1 on a mismatch.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Line } from "../test/conformance/family.ts";
import { families, playLine, type Verdict } from "../test/conformance/play.ts";
import { ENDINGS, linesOf } from "../test/conformance/recorded.ts";

const FOLDER = "test/conformance/scenarios";
/** Mismatches that are shown in full; the rest are counted. */
const SHOWN = 20;

interface Tally {
  readonly verdicts: Record<Verdict["kind"], number>;
  /** By rule, and by what nothing stands for: how many lines. */
  readonly rules: Map<string, number>;
  readonly notPlayed: Map<string, number>;
}

const [folder = FOLDER, ...more] = process.argv.slice(2);
if (more.length > 0) end(2, `one folder at a time, not also ${more.join(" ")}`);
const files = filesOf(folder);
if (files.length === 0) end(2, `there is no ${ENDINGS.join(" or ")} file in ${folder}`);

const tallies = new Map<string, Tally>();
let shown = 0;
for (const file of files) {
  for (const line of linesOf(file) ?? []) {
    const verdict = await playLine(line);
    count(verdict);
    if (verdict.kind === "mismatched") show(line, verdict);
  }
}

for (const [family, { verdicts, rules, notPlayed }] of tallies) {
  console.log(`${family}: ${summary(verdicts)}`);
  for (const part of families.find(({ name }) => name === family)?.notCompared ?? []) {
    console.log(`  not compared  ${part}`);
  }
  for (const [why, lines] of notPlayed) console.log(`  not played  ${lines}  ${why}`);
  for (const [name, lines] of rules) {
    const rule = families.flatMap((one) => one.rules).find((one) => one.name === name);
    console.log(`  rule  ${lines}  ${name} (semantics.md, ${rule?.promise}): ${rule?.why}`);
  }
}
const all = total();
console.log(summary(all));
process.exitCode = all.mismatched === 0 ? 0 : 1;

function filesOf(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })) end(2, `${path} is not there`);
  if (statSync(path).isFile()) return isReadable(path) ? [path] : [];
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      const inside = join(path, name);
      return statSync(inside).isDirectory() || isReadable(inside) ? filesOf(inside) : [];
    });
}

function isReadable(path: string): boolean {
  return ENDINGS.some((ending) => path.endsWith(ending));
}

function count(verdict: Verdict): void {
  const tally = tallies.get(verdict.family) ?? {
    verdicts: { notPlayed: 0, matched: 0, matchedUnderRules: 0, mismatched: 0 },
    rules: new Map<string, number>(),
    notPlayed: new Map<string, number>(),
  };
  tallies.set(verdict.family, tally);
  tally.verdicts[verdict.kind] += 1;
  if (verdict.kind === "notPlayed") for (const why of verdict.why) increment(tally.notPlayed, why);
  if (verdict.kind === "matchedUnderRules") for (const rule of verdict.rules) increment(tally.rules, rule);
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function show(line: Line, verdict: Verdict & { readonly kind: "mismatched" }): void {
  shown += 1;
  if (shown > SHOWN) return;
  console.log(`MISMATCH ${verdict.family} ${line.id}`);
  for (const { at, recorded, played } of verdict.differences) {
    console.log(
      `  ${at.join(".")}\n    recorded ${JSON.stringify(recorded)}\n    played   ${JSON.stringify(played)}`,
    );
  }
}

function total(): Tally["verdicts"] {
  const sum = { notPlayed: 0, matched: 0, matchedUnderRules: 0, mismatched: 0 };
  for (const { verdicts } of tallies.values()) {
    for (const kind of Object.keys(sum) as Verdict["kind"][]) sum[kind] += verdicts[kind];
  }
  return sum;
}

function summary({ notPlayed, matched, matchedUnderRules, mismatched }: Tally["verdicts"]): string {
  const played = matched + matchedUnderRules + mismatched;
  const counts = `${played} played, ${matched} matched, ${matchedUnderRules} matched under rules, ${mismatched} mismatched`;
  return notPlayed === 0 ? counts : `${counts} (${notPlayed} not played)`;
}

function end(code: number, message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
