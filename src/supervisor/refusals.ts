/**
 * Why a supervisor does not do what it was asked to.
 *
 * @module
 */

import { ActorError } from "../core/errors.ts";
import type { Child } from "./child.ts";

/** The id of a child to be started is in use. */
export function idTaken(present: Child, supervisor: string): ActorError {
  const how = present.taking === undefined ? "present" : `running as ${String(present.taking)}`;
  const remedy = present.active
    ? "give it another id"
    : "restartChild or deleteChild first, or give it another id";
  return new ActorError(
    "ERR_CHILD_ID_TAKEN",
    "no",
    `child "${present.id}" of ${supervisor} is ${how}; ${remedy}`,
  );
}

export function notFound(id: string, supervisor: string): ActorError {
  return new ActorError("ERR_CHILD_NOT_FOUND", "no", `${supervisor} has no child "${id}"`);
}

/** Only a child that is stopped can be restarted by hand, or deleted. */
export function notStopped(child: Child, supervisor: string): ActorError {
  const restarting = child.phase === "restarting";
  const code = restarting ? "ERR_CHILD_RESTARTING" : "ERR_CHILD_RUNNING";
  const how = restarting ? "is being restarted" : "is running";
  return new ActorError(code, "no", `child "${child.id}" of ${supervisor} ${how}; terminateChild first`);
}

export function tooMany(maxChildren: number, supervisor: string): ActorError {
  return new ActorError(
    "ERR_MAX_CHILDREN",
    "no",
    `${supervisor} has as many children as it may have (maxChildren: ${maxChildren}); nothing was started`,
  );
}
