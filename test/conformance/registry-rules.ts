/**
 * Where a registry means to differ from Elixir's. The recordings mark what there could be better (`wart`); at such
 * a step what a stricter library does is compared, and nothing else is excused.
 *
 * @module
 */

import type { Difference, Line, Rule } from "./family.ts";

interface Step {
  readonly op: string;
  readonly r: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly wart?: readonly string[];
}

/** The rules of the family. */
export const registryRules: readonly Rule[] = [
  {
    name: "send to nobody",
    promise: "1. Order",
    why: "what cannot be delivered is a dead letter, and the sender does not crash for it; in Elixir it raises",
    excuses: ({ at, recorded, played }, line) =>
      stepAt(line, at, "results")?.op === "via_send" &&
      (recorded === "something" || isUnheard(at.at(-1), recorded, played)),
  },
  {
    name: "exact events",
    promise: "15. Registries are exact",
    why: "one event for each entry that came or went, a death included, and none for nothing",
    excuses: ({ at, played }, line) =>
      stepAt(line, at, "events")?.wart !== undefined && at.length === 2 && "exact" in Object(played),
  },
  {
    name: "no names for groups",
    promise: "15. Registries are exact",
    why: "a group is not one process: nothing is called, cast or sent by its key",
    excuses: ({ at, recorded, played }, line) =>
      hasWart(line, at, "via_on_duplicate") && (isRaised(at, played) || isUnmade(at, recorded, played)),
  },
  {
    name: "missing listener",
    promise: "15. Registries are exact",
    why: "a listener that is not there harms nobody: the entry was made, and so it is said",
    excuses: ({ at, recorded, played }, line) =>
      hasWart(line, at, "missing_listener") && "raise" in Object(recorded) && played === "ok",
  },
  {
    name: "a registry is a value",
    promise: "15. Registries are exact",
    why: "nobody finds it by its name, so that two may have the same and one may have none; its meta is given as an object",
    excuses: ({ at, recorded, played }, line) => {
      const step = stepAt(line, at, "results");
      return step?.op === "start_registry" && played === "ok" && isOnlyUnknownThere(step, recorded);
    },
  },
  {
    name: "unregistering never fails",
    promise: "11. The registry's own death",
    why: "who leaves may leave while the registry is not running",
    excuses: ({ at, recorded, played }, line) =>
      stepAt(line, at, "results")?.op === "unregister" && "raise" in Object(recorded) && played === "ok",
  },
];

/** What a send that nobody heard answers, where the recording has an error. */
function isUnheard(field: unknown, recorded: unknown, played: unknown): boolean {
  return recorded === undefined && (field === "got" ? played === null : field === "ok" && played === true);
}

/** An error where the recording has an answer. */
function isRaised(at: Difference["at"], played: unknown): boolean {
  return at.at(-1) === "raise" ? played === "something" : "raise" in Object(played);
}

/** The parts of an answer that an error stands for. */
function isUnmade(at: Difference["at"], recorded: unknown, played: unknown): boolean {
  return (at.at(-1) === "ok" || at.at(-1) === "got") && recorded !== undefined && played === undefined;
}

function isOnlyUnknownThere({ options = {} }: Step, recorded: unknown): boolean {
  if ("error" in Object(recorded)) return Object(recorded).error === "already_started";
  return options["name"] === undefined || options["meta"] !== undefined;
}

function hasWart(line: Line, at: Difference["at"], wart: string): boolean {
  return stepAt(line, at, "results")?.wart?.includes(wart) === true;
}

function stepAt({ scenario }: Line, at: Difference["at"], of: "results" | "events"): Step | undefined {
  return at[0] === of ? (scenario as { readonly steps: readonly Step[] }).steps[Number(at[1])] : undefined;
}
