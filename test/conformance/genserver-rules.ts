/**
 * Where an actor means to differ from a GenServer.
 *
 * @module
 */

import { same } from "./compare.ts";
import type { Rule } from "./family.ts";

/** Excuses a place that is the same but for how one text is written. */
export function written(how: Pick<Rule, "name" | "promise" | "why">, recorded: RegExp, played: RegExp): Rule {
  const rewritten = (value: unknown, text: RegExp): unknown =>
    JSON.parse(JSON.stringify(value ?? null).replaceAll(text, "(the same)"));
  return {
    ...how,
    excuses: (difference) =>
      JSON.stringify(difference.recorded ?? null).search(recorded) >= 0 &&
      same(rewritten(difference.recorded, recorded), rewritten(difference.played, played)),
  };
}

interface Trace {
  readonly exits: Readonly<Record<string, { readonly reason: string }>>;
  readonly callbacks: Readonly<Record<string, readonly (readonly unknown[])[]>>;
}

function reasonAtTerminate({ callbacks }: Trace, server: string): unknown {
  return callbacks[server]?.find(([, callback]) => callback === "terminate")?.[2];
}

/** The rules of the family. */
export const genserverRules: readonly Rule[] = [
  written(
    {
      name: "bad return",
      promise: "4. Stopping, then dead",
      why: "an answer that is none ends the actor with a TypeError that says what may be answered",
    },
    /bad_return_value:what/g,
    /error:\w+\.\w+ answered \w+\(…\): [^"]*/g,
  ),
  written(
    {
      name: "throw",
      promise: "4. Stopping, then dead",
      why: "a throw ends the actor with what was thrown, whatever was thrown; in Elixir it counts as a return",
    },
    /bad_return_value:ball/g,
    /throw:ball/g,
  ),
  {
    name: "queued calls",
    promise: "4. Stopping, then dead",
    why: "calls that wait are rejected when the server begins to stop, with the reason that terminate is given; on the BEAM when it is dead, with what terminate made of it",
    excuses: ({ at, recorded, played }, { trace }) =>
      at[0] === "calls" &&
      at[2] === "exit" &&
      Object.entries((trace as Trace).exits).some(
        ([server, { reason }]) => reason === recorded && reasonAtTerminate(trace as Trace, server) === played,
      ),
  },
];
