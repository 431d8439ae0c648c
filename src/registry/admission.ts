/**
 * Who may take a key: the one question in which unique and duplicate registries differ. Chosen once,
 * when a registry is made.
 *
 * @module
 */

import type { Reservation } from "../core/name.ts";
import type { Entry } from "./entry.ts";
import type { Hold } from "./slot.ts";

/** Why a key is not to be had: somebody holds it, or a supervisor keeps it for a child. */
export type Refusal<V> =
  | { readonly ok: false; readonly holder: Entry<V> }
  | { readonly ok: false; readonly reservedFor: string };

/** What the decision looks at. */
export interface Occupied<V> {
  readonly holder: { readonly entry: Entry<V> } | undefined;
  readonly hold: Hold | undefined;
}

/** What makes a registry unique or duplicate. */
export interface Admission {
  /** At most one claim a key. */
  readonly single: boolean;
  /** @returns why the key may not be taken; `undefined` when it may */
  refusal<V>(slot: Occupied<V>, reservation: Reservation | undefined): Refusal<V> | undefined;
}

/** One owner a key; a reserved key goes to who holds the reservation. */
export const uniqueKeys: Admission = Object.freeze({
  single: true,
  refusal<V>({ holder, hold }: Occupied<V>, reservation: Reservation | undefined): Refusal<V> | undefined {
    if (holder !== undefined) return { ok: false, holder: holder.entry };
    if (hold === undefined || hold.reservation === reservation) return undefined;
    return { ok: false, reservedFor: hold.child };
  },
});

/** Any number of owners a key, and any number of entries an owner. */
export const duplicateKeys: Admission = Object.freeze({ single: false, refusal: () => undefined });
