/**
 * Removes the ledger from a database that is not ours, when all who write to it are gone.
 *
 * @module
 */

import { defineActor } from "troupe";
import type { Ledger } from "./ledger.ts";

/** Owns the ledger's tables while it lives. */
export const LedgerOwner = defineActor({
  name: "ledger-owner",
  init: (ledger: Ledger, self) => self.own(ledger, (held) => held.drop()),
});
