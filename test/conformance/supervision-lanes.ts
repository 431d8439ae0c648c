/**
 * Outcomes as they are compared: in the order that the recording tells, and in none where it leaves that open.
 *
 * @module
 */

import type { Outcome, Tree } from "./supervision.ts";
import { idBelow } from "./supervision-questions.ts";
import type { Report, Told as ToldReport } from "./supervision-reports.ts";
import { type Happening, pathOf } from "./supervision-stage.ts";

/** A caller of Elixir's raises: with which words is left out. */
export const RAISES = { raised: true };

/** Events of each lane in their order; the recording says whose lane it is. */
export function inLanes(outcome: Outcome | undefined, recorded: Outcome): object {
  const laneOf = new Map(recorded.events.map(({ e, id, lane = "" }) => [`${e} ${id}`, lane]));
  const lanes: Record<string, Happening[]> = {};
  for (const { lane: _lane, ...event } of outcome?.events ?? []) {
    const lane = laneOf.get(`${event.e} ${event.id}`) ?? "";
    lanes[lane] ??= [];
    lanes[lane].push(event);
  }
  return {
    result: "raised" in Object(outcome?.result) ? RAISES : outcome?.result,
    lanes,
    reports: bySupervisor(outcome?.reports ?? [], recorded.reports ?? []),
  };
}

/** What ends in a resize, each for itself, and beside that in which order. */
export function inLanesOfPartitions(outcome: Outcome | undefined, recorded: Tree["steps"][number]): unknown {
  const isEnd = ({ e, id }: Happening): boolean =>
    ["terminate", "down"].includes(e) && idBelow(recorded.do.sup, pathOf(id)).length > 0;
  const apart = (events: readonly Happening[]): readonly Happening[] =>
    events.map((event) => (isEnd(event) ? { ...event, lane: event.id } : event));
  const events = outcome?.events ?? [];
  const downs = events.filter((event) => event.e === "down" && isEnd(event)).map(({ id }) => id);
  const own = outcome && { ...outcome, events: apart(events) };
  return {
    ...inLanes(own, { ...recorded, events: apart(recorded.events) }),
    downs: outcome && downs.join(" "),
  };
}

/** Reports are in order for each supervisor; those of children that stop side by side are in none. */
function bySupervisor(
  reports: readonly Report[],
  recorded: readonly Report[],
): Readonly<Record<string, readonly ToldReport[]>> {
  const told: Record<string, ToldReport[]> = Object.fromEntries(recorded.map(({ sup }) => [sup, []]));
  for (const { sup, child, context, reason } of reports) {
    told[sup] ??= [];
    told[sup].push([child, context, reason]);
  }
  for (const of of Object.values(told)) {
    const isUnordered = of.every(
      ([child, context]) => context === "shutdown_error" && String(child).includes("#"),
    );
    if (isUnordered) of.sort(([one], [other]) => (one < other ? -1 : 1));
  }
  return told;
}
