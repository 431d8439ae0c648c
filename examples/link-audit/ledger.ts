/**
 * The audit's memory: which addresses there are, what became of each, and which links lead nowhere. It is kept in
 * Postgres, so it outlives every process of the audit, and the server too.
 *
 * @module
 */

import type { Client, QueryResult } from "pg";
import type { CheckoutPool } from "troupe";
import { addressesOf, type Finding, type FoundAddress } from "./finding.ts";
import * as sql from "./ledger-schema.ts";

/** A broken link with the key of its page. */
export interface BrokenRow {
  readonly page: string;
  readonly line: number;
  readonly href: string;
  readonly reason: string;
}

/** What the ledger knows at the end. */
export interface Summary {
  readonly pages: number;
  readonly links: number;
  readonly leaving: number;
  readonly broken: readonly BrokenRow[];
}

/** Milliseconds that a statement waits for a client. */
const CHECKOUT_MS = 2_000;

/** Statements on the ledger. Each may be repeated after a lost connection: nothing is written twice. */
export class Ledger {
  readonly #database: CheckoutPool<Client>;
  readonly #schema: string;
  #isMade = false;

  /** @param schema - the name of a schema of this run's own; letters, digits and `_` */
  constructor(database: CheckoutPool<Client>, schema: string) {
    this.#database = database;
    this.#schema = schema;
  }

  /** Makes the tables, and enters where the audit begins. */
  async open(entries: readonly { readonly key: string; readonly shown: string }[]): Promise<void> {
    await this.#run(sql.createTables(this.#schema));
    this.#isMade = true;
    const keys = entries.map(({ key }) => key);
    const shown = entries.map((entry) => clean(entry.shown));
    await this.#run(sql.insertEntries(this.#schema), [keys, shown]);
  }

  /** Addresses without an outcome. */
  async listOpen(): Promise<readonly FoundAddress[]> {
    return (await this.#run(sql.selectOpen(this.#schema))).rows as FoundAddress[];
  }

  /**
   * Writes down what became of an address, once; a second finding changes nothing.
   *
   * @returns the addresses it leads to that have no outcome yet
   */
  async settle(key: string, finding: Finding): Promise<readonly FoundAddress[]> {
    const links = finding.kind === "page" ? finding.links : [];
    const redirect = finding.kind === "redirect" ? finding : undefined;
    const found = addressesOf(finding);
    const { rows } = await this.#run(
      sql.settleTarget(this.#schema),
      [
        key,
        finding.kind,
        finding.kind === "failed" ? finding.reason : null,
        redirect?.to ?? null,
        cleanOrNull(redirect?.fragment),
        finding.kind === "page" ? finding.anchors.map(clean) : [],
        links.map(({ line }) => line),
        links.map(({ href }) => clean(href)),
        links.map(({ target }) => target ?? null),
        links.map(({ fragment }) => cleanOrNull(fragment)),
        links.map(({ fault }) => fault ?? null),
        links.map(({ leaves }) => leaves),
        found.map((address) => address.key),
        found.map(({ inside }) => inside),
      ],
      `${this.#schema}.settle`,
    );
    return rows as FoundAddress[];
  }

  /** Judges every link and sums up. */
  async conclude(): Promise<Summary> {
    await this.#run(sql.judgeLinks(this.#schema));
    const [figures] = (await this.#run(sql.selectSummary(this.#schema))).rows as Omit<Summary, "broken">[];
    const broken = (await this.#run(sql.selectBroken(this.#schema))).rows as BrokenRow[];
    return { ...figures!, broken };
  }

  /** Removes every trace of this run, if there is one. */
  async drop(): Promise<void> {
    if (this.#isMade) await this.#run(sql.dropTables(this.#schema));
  }

  async #run(text: string, values?: readonly unknown[], name?: string): Promise<QueryResult> {
    return await this.#database.use(
      (client) => client.query({ text, ...(values && { values: [...values] }), ...(name && { name }) }),
      { timeoutMs: CHECKOUT_MS },
    );
  }
}

/** Postgres stores no zero bytes; pages may well hold them. */
function clean(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}

function cleanOrNull(text: string | undefined): string | null {
  return text === undefined ? null : clean(text);
}
