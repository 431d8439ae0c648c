/**
 * Removes the ledger from a database that is not ours, when all who write to it are gone.
 *
 * @module
 */

import { defineActor, stop } from "troupe";
import type { Ledger } from "./ledger.ts";

/** Owns the ledger's tables while it lives. */
export const LedgerOwner = defineActor({
  name: "ledger-owner",
  init: (ledger: Ledger) => ledger,
  // Its presence makes the parent's exit wait for `terminate`, which still may borrow a client; the dead may not.
  exit: (ledger, { reason }) => stop(reason, ledger),
  terminate: (ledger) => ledger.drop(),
});
