import { createCheckoutPool, createSystem, type System } from "troupe";
import { postgres } from "troupe/resources/postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Finding, LedgerLink } from "../../../examples/link-audit/finding.ts";
import { Ledger } from "../../../examples/link-audit/ledger.ts";
import { clientConfigOf } from "../../../examples/link-audit/postmaster.ts";
import { createPostgres, type PostgresServer } from "./postgres-server.ts";

let server: PostgresServer;
let system: System;
let database: ReturnType<typeof open>;
let runs = 0;
let ledger: Ledger;

function open() {
  return createCheckoutPool(system, { resource: postgres(clientConfigOf(server.place)), size: 4 });
}

beforeAll(async () => {
  server = await createPostgres();
  await server.start();
  system = createSystem({ logger: false });
  database = open();
});

afterAll(async () => {
  await system.stop();
  await server[Symbol.asyncDispose]();
});

beforeEach(async () => {
  ledger = new Ledger(database, `run_${++runs}`);
  await ledger.open([{ key: "start", shown: "start.md" }]);
});

/** A link to `target`, on a line that is its number. */
function link(line: number, target: string | undefined, more: Partial<LedgerLink> = {}): LedgerLink {
  return {
    line,
    href: `href-${line}`,
    target,
    fragment: undefined,
    fault: undefined,
    leaves: false,
    ...more,
  };
}

function page(links: readonly LedgerLink[] = [], anchors: readonly string[] = []): Finding {
  return { kind: "page", links, anchors };
}

function redirect(to: string | undefined, fragment?: string): Finding {
  return { kind: "redirect", to, fragment };
}

/** `line reason` of what is broken on the first page. */
async function judged(): Promise<string[]> {
  const { broken } = await ledger.conclude();
  const found = broken.filter((row) => row.page === "start");
  return found.sort((a, b) => a.line - b.line).map(({ line, reason }) => `${line} ${reason}`);
}

describe("Ledger", () => {
  it("knows what is open", async () => {
    expect(await ledger.listOpen()).toEqual([{ key: "start", inside: true }]);
    const found = await ledger.settle(
      "start",
      page([link(1, "a"), link(2, "b", { leaves: true }), link(3, "a")]),
    );
    expect(found.toSorted((x, y) => (x.key < y.key ? -1 : 1))).toEqual([
      { key: "a", inside: true },
      { key: "b", inside: false },
    ]);
    expect(await ledger.listOpen()).toEqual(found.toSorted((x, y) => (x.key < y.key ? -1 : 1)));
  });

  it("counts the first outcome of an address, whoever comes later, and whatever they found", async () => {
    await ledger.settle("start", page([link(1, "a")]));
    const again = await ledger.settle("start", page([link(1, "a"), link(2, "late")]));
    expect(again).toEqual([{ key: "a", inside: true }]);
    await ledger.settle("a", { kind: "failed", reason: "404 Not Found" });
    await ledger.settle("a", { kind: "file" });
    expect(await ledger.conclude()).toEqual({
      pages: 1,
      links: 1,
      leaving: 0,
      broken: [{ page: "start", line: 1, href: "href-1", reason: "404 Not Found" }],
    });
  });

  it("counts one page when many settle it at once", async () => {
    const links = Array.from({ length: 50 }, (_, index) => link(index + 1, `page-${index}`));
    await Promise.all(Array.from({ length: 20 }, () => ledger.settle("start", page(links))));
    expect(await ledger.conclude()).toMatchObject({ pages: 1, links: 50 });
    expect(await ledger.listOpen()).toHaveLength(50);
  });

  it("does not lock pages against each other that find the same addresses", async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `shared-${index}`);
    await ledger.settle("start", page(Array.from({ length: 16 }, (_, index) => link(1, `page-${index}`))));
    const settles = Array.from({ length: 16 }, (_, index) => {
      const order = index % 2 === 0 ? keys : keys.toReversed();
      return ledger.settle(`page-${index}`, page(order.map((key) => link(1, key))));
    });
    await Promise.all(settles);
    expect(await ledger.listOpen()).toHaveLength(200);
  });

  it("may be opened again without forgetting anything", async () => {
    await ledger.settle("start", page([link(1, "a")]));
    await ledger.open([{ key: "start", shown: "start.md" }]);
    expect(await ledger.listOpen()).toEqual([{ key: "a", inside: true }]);
  });

  it("judges links by where they arrive", async () => {
    const links = [
      link(1, "good"),
      link(2, "good", { fragment: "here" }),
      link(3, "good", { fragment: "there" }),
      link(4, "gone"),
      link(5, undefined, { fault: "not a valid address" }),
      link(6, undefined, { leaves: true }),
      link(7, "moved", { fragment: "here" }),
      link(8, "moved", { fragment: "there" }),
      link(9, "moved-to-gone"),
      link(10, "moved-to-part", { fragment: "here" }),
      link(11, "moved-away", { fragment: "any" }),
      link(12, "file", { fragment: "L10" }),
      link(13, "start", { fragment: "own" }),
    ];
    await ledger.settle("start", page(links, ["own"]));
    await ledger.settle("good", page([], ["here"]));
    await ledger.settle("gone", { kind: "failed", reason: "404 Not Found" });
    await ledger.settle("moved", redirect("good"));
    await ledger.settle("moved-to-gone", redirect("gone"));
    await ledger.settle("moved-to-part", redirect("good", "nowhere"));
    await ledger.settle("moved-away", redirect(undefined));
    await ledger.settle("file", { kind: "file" });
    expect(await judged()).toEqual([
      "3 no anchor #there",
      "4 404 Not Found",
      "5 not a valid address",
      "8 no anchor #there",
      "9 404 Not Found",
      "10 no anchor #nowhere",
    ]);
  });

  it("tells circles of redirects from long ways", async () => {
    await ledger.settle("start", page([link(1, "itself"), link(2, "a"), link(3, "hop-0"), link(4, "hop-1")]));
    await ledger.settle("itself", redirect("itself"));
    await ledger.settle("a", redirect("b"));
    await ledger.settle("b", redirect("a"));
    for (let hop = 0; hop <= 10; hop += 1) await ledger.settle(`hop-${hop}`, redirect(`hop-${hop + 1}`));
    await ledger.settle("hop-11", page());
    expect(await judged()).toEqual([
      "1 redirects in a circle",
      "2 redirects in a circle",
      "3 redirects more than 10 times",
    ]);
  });

  it("reports an entry that cannot be read, on line 0 of itself", async () => {
    await ledger.settle("start", { kind: "failed", reason: "403 Forbidden" });
    expect((await ledger.conclude()).broken).toEqual([
      { page: "start", line: 0, href: "start.md", reason: "403 Forbidden" },
    ]);
  });

  it("keeps names that an index has no room for, and text that Postgres has no letter for", async () => {
    const long = "ä".repeat(100_000);
    const links = [link(1, "start", { fragment: long }), link(2, "start", { fragment: "a\0b" })];
    await ledger.settle("start", page(links, [long, "a\0b"]));
    expect(await judged()).toEqual([]);
  });

  it("judges ten thousand links to one page with ten thousand anchors", async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `part-${index}`);
    await ledger.settle(
      "start",
      page(
        names.map((name, index) => link(index + 1, "start", { fragment: name })),
        names,
      ),
    );
    expect(await ledger.conclude()).toMatchObject({ links: 10_000, broken: [] });
  });

  it("leaves nothing when it is dropped", async () => {
    await ledger.drop();
    await expect(ledger.listOpen()).rejects.toMatchObject({ code: "42P01" });
  });
});
