/**
 * What is known of one address once it was asked for.
 *
 * @module
 */

/** A link of a page as the ledger keeps it. */
export interface LedgerLink {
  readonly line: number;
  /** As written. */
  readonly href: string;
  /** The key it leads to; `undefined` when it is not checked. */
  readonly target: string | undefined;
  readonly fragment: string | undefined;
  /** Why it leads nowhere, when that can be told without asking. */
  readonly fault: string | undefined;
  readonly leaves: boolean;
}

/** The outcome of one address. */
export type Finding =
  | { readonly kind: "page"; readonly links: readonly LedgerLink[]; readonly anchors: readonly string[] }
  /** It exists and holds no links to follow. */
  | { readonly kind: "file" }
  /** `to` is `undefined` when it leads out of the input. */
  | { readonly kind: "redirect"; readonly to: string | undefined; readonly fragment: string | undefined }
  | { readonly kind: "failed"; readonly reason: string };

/** Addresses that a finding leads to. */
export interface FoundAddress {
  readonly key: string;
  readonly inside: boolean;
}

/** The addresses a finding leads to, each once. */
export function addressesOf(finding: Finding): readonly FoundAddress[] {
  if (finding.kind === "redirect") return finding.to === undefined ? [] : [{ key: finding.to, inside: true }];
  if (finding.kind !== "page") return [];
  const found = new Map<string, FoundAddress>();
  for (const { target, leaves } of finding.links) {
    if (target !== undefined) found.set(target, { key: target, inside: !leaves });
  }
  return [...found.values()];
}
