/**
 * Who is to blame, on Node: one `AsyncLocalStorage` names the process in whose context a promise,
 * timer, emitter or socket failed.
 *
 * A process listener for faults switches Node's default off for everybody, so a fault that no actor
 * owns is given back: our listener (always first in line) removes itself inside the call, so that the
 * host's own listeners see themselves alone, and comes back on the next macrotask. If nobody else was
 * listening it does not come back and throws there, so that Node prints the fault and exits.
 *
 * The listeners are the library's one piece of module-level state: Node has one process.
 *
 * @module
 */

import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import type { Attribution, FaultOwner, Scope } from "./attribution.ts";

const owners = new AsyncLocalStorage<FaultOwner | undefined>();

/** The context of this module's first evaluation: what actors run in instead of their starter's. */
const root = new AsyncResource("troupe.root", { requireManualDestroy: true });

let installed = 0;

export const attribution: Attribution = {
  current: () => owners.getStore(),
  run: (owner, work) => owners.run(owner, work),
  scope: (owner): Scope =>
    owners.run(owner, () => new AsyncResource("troupe.process", { requireManualDestroy: true })) as Scope,
  outside: (work) => root.runInAsyncScope(work),
  install() {
    installed += 1;
    if (installed === 1) listen();
  },
  uninstall() {
    installed -= 1;
    if (installed === 0) unlisten();
  },
};

function listen(): void {
  process.prependListener("uncaughtException", onException);
  process.prependListener("unhandledRejection", onRejection);
}

function unlisten(): void {
  process.removeListener("uncaughtException", onException);
  process.removeListener("unhandledRejection", onRejection);
}

function onException(error: unknown): void {
  const owner = owners.getStore();
  if (owner !== undefined) owner.fault(error);
  else giveBack(error, "uncaughtException");
}

function onRejection(error: unknown): void {
  const owner = owners.getStore();
  if (owner !== undefined) owner.fault(error);
  else giveBack(error, "unhandledRejection");
}

/** Lets the host's other listeners act, or Node itself when there are none. */
function giveBack(error: unknown, event: "uncaughtException" | "unhandledRejection"): void {
  unlisten();
  const othersListen = process.listenerCount(event) > 0;
  setImmediate(() => {
    if (othersListen) {
      if (installed > 0) listen();
      return;
    }
    throw error;
  });
}
