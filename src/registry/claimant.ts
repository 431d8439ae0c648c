/**
 * Who may have claims: processes of the same system that take messages.
 *
 * @module
 */

import { type Kernel, processOf } from "../actors/process.ts";
import { ActorError, InvalidOptionsError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import { isTaking, type Pid, PORT, portOf } from "../core/pid.ts";

/**
 * @param label - the registry's, for messages
 * @throws ActorError `ERR_NOPROC` for a process that is stopping or dead; InvalidOptionsError for what is no
 *   pid, or one of another system
 */
export function checkClaimant(kernel: Kernel, pid: Pid, label: string): void {
  if (typeof pid !== "object" || pid === null || !(PORT in pid)) {
    throw new InvalidOptionsError(label, [
      `${describe(pid)} is no pid: give a pid, not a name or a definition`,
    ]);
  }
  if (processOf(pid).kernel !== kernel) {
    throw new InvalidOptionsError(label, [`${String(pid)} belongs to another system`]);
  }
  if (isTaking(pid)) return;
  const { status, label: who } = portOf(pid);
  throw new ActorError("ERR_NOPROC", "no", `${who} is ${status}: it cannot be registered in ${label}`);
}
