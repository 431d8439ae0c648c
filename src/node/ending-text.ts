/**
 * What an application says of its end, for people.
 *
 * @module
 */

import { isActorError } from "../core/errors.ts";
import { type ExitReason, isOrderly } from "../core/exit-reason.ts";
import { type Pid, portOf } from "../core/pid.ts";
import { stackOf } from "../telemetry/thrown-text.ts";
import type { Ending } from "./ending.ts";
import { type ExitStory, formatChain, thrownIn } from "./exit-story.ts";

/** Said at the first signal. */
export function stoppingText(name: string, signal: NodeJS.Signals, deadlineMs: number): string {
  const within = deadlineMs === Number.POSITIVE_INFINITY ? "" : ` within ${deadlineMs} ms`;
  return `[troupe] ${name}: ${signal}, stops in order${within}; another signal ends it at once`;
}

/** Said at the deadline. */
export function leftoversText(name: string, leftovers: readonly string[], deadlineMs: number): string {
  return `[troupe] ${name}: not ended within ${deadlineMs} ms, and killed:${listed(leftovers)}`;
}

/** The last word; empty when there is nothing to say. */
export function endingText(name: string, ending: Ending, code: number): string {
  switch (ending.kind) {
    case "failed":
      return `[troupe] ${name} has failed; what led to it:\n${indent(`${ending.story}\nso ${name} ends, exit code ${code}`)}`;
    case "notStarted":
      return `[troupe] ${name} did not start, exit code ${code}:\n${indent(ending.story)}`;
    case "forced": {
      const left = ending.leftovers.length === 0 ? "" : `; not ended:${listed(ending.leftovers)}`;
      return `[troupe] ${name}: ${ending.signal} again, ended at once${left}`;
    }
    default:
      return "";
  }
}

/** What led to the end of the root, the first cause first; `undefined` when it has ended in order. */
export function storyOf(root: Pid, reason: ExitReason, story: ExitStory): string | undefined {
  const chain = story.chainTo(root);
  if (chain.length > 0) return formatChain(chain).join("\n");
  if (isOrderly(reason)) return undefined;
  const { label } = portOf(root);
  const crash = story.crashOf(root);
  const doing = crash?.doing === undefined ? "" : ` while ${crash.doing}`;
  return `${label} ended${doing}: ${thrownIn(crash?.reason ?? reason)}`;
}

/** Why a root did not start: who did not, from the root down, and at the end by what. */
export function startStory(error: unknown): string {
  const lines: string[] = [];
  let cause = error;
  while (isActorError(cause, "ERR_START_FAILED") && cause.cause !== undefined) {
    lines.push(`${cause.target} did not start`);
    cause = cause.cause;
  }
  return [...lines, stackOf(cause)].join("\n");
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\n    ${name}`).join("");
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
