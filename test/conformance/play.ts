/**
 * Plays recorded lines and says what came of each.
 *
 * @module
 */

import { differences } from "./compare.ts";
import type { Difference, Family, Line } from "./family.ts";
import { genserver } from "./genserver.ts";
import { processes } from "./processes.ts";
import { registry } from "./registry.ts";
import { statem } from "./statem.ts";
import { supervision } from "./supervision.ts";

/** What came of one line. */
export type Verdict =
  | { readonly kind: "notPlayed"; readonly family: string; readonly why: readonly string[] }
  | { readonly kind: "matched"; readonly family: string }
  | { readonly kind: "matchedUnderRules"; readonly family: string; readonly rules: readonly string[] }
  | { readonly kind: "mismatched"; readonly family: string; readonly differences: readonly Difference[] };

/** The families that are played; which one a line belongs to is told by its shape. */
export const families: readonly Family[] = [processes, genserver, registry, statem, supervision];

/** Plays one line here and compares what happened with what was recorded. */
export async function playLine(line: Line): Promise<Verdict> {
  const family = families.find((one) => one.fits(line));
  if (family === undefined) return { kind: "notPlayed", family: "unknown", why: ["no interpreter"] };
  const { name } = family;
  const played = await family.play(line);
  if ("notPlayed" in played) return { kind: "notPlayed", family: name, why: played.notPlayed };
  const found = differences(family.arrange(recordedOf(line), line), family.arrange(played.trace, line));
  if (found.length === 0) return { kind: "matched", family: name };
  const excuses = found.map((difference) => family.rules.find((rule) => rule.excuses(difference, line)));
  const unexcused = found.filter((_, index) => excuses[index] === undefined);
  if (unexcused.length > 0) return { kind: "mismatched", family: name, differences: unexcused };
  const rules = new Set(excuses.flatMap((rule) => rule?.name ?? []));
  return { kind: "matchedUnderRules", family: name, rules: [...rules] };
}

/** Families of traces keep it in `trace`; trees of supervisors beside the steps that they were given. */
function recordedOf(line: Line): unknown {
  const { trace, start, steps } = line as { trace?: unknown; start?: unknown; steps?: unknown };
  return trace ?? { start, steps };
}
