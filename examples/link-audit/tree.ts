/**
 * The tree of processes, and what each of them is handed.
 *
 * ```text
 * link-audit            restForOne: what comes later stands on what comes first
 * ├─ names              unique: who works on which page, and the audit itself
 * ├─ connections        duplicate: who is connected, to the input or to elsewhere
 * ├─ chaos              when asked for
 * ├─ services           oneForOne, with backoff
 * │  ├─ embedded-postgres, origin
 * │  ├─ database, readers                 pools to check out from
 * │  └─ connection-1 …
 * └─ work               restForOne
 *    ├─ progress, ledger-owner
 *    └─ audit ─ pages ─ page …            dynamic
 * ```
 *
 * @module
 */

import { availableParallelism } from "node:os";
import {
  type CheckoutPool,
  type ChildSpec,
  createCheckoutPool,
  createRegistry,
  type DuplicateRegistry,
  type HasChild,
  type Name,
  type Pid,
  type System,
  supervisor,
} from "troupe";
import { Http2Connection } from "troupe/resources/http2";
import { postgres } from "troupe/resources/postgres";
import type { Settings } from "./arguments.ts";
import { Audit } from "./audit.ts";
import { Chaos } from "./chaos.ts";
import type { DatabasePlace } from "./database-place.ts";
import { EmbeddedPostgres } from "./embedded-postgres.ts";
import { HttpClient } from "./http-client.ts";
import type { Input } from "./input.ts";
import { createInspector, Reader } from "./inspector.ts";
import { Ledger } from "./ledger.ts";
import { LedgerOwner } from "./ledger-owner.ts";
import { Origin, originUrl } from "./origin.ts";
import { Progress, type ProgressOptions } from "./progress.ts";
import { type ConnectionKey, createWeb } from "./web.ts";

/** All that one audit is made of. */
export interface AuditParts {
  readonly settings: Settings;
  readonly input: Input;
  readonly database: DatabasePlace;
  /** Where the folder is served. */
  readonly port: number;
  /** What a reader's thread runs. */
  readonly readerModule: URL;
  readonly progress: ProgressOptions;
}

/** The tree to start, and the names to talk to. */
export interface AuditTree {
  readonly root: ChildSpec;
  readonly audit: Name<typeof Audit>;
  readonly chaos: Name<typeof Chaos>;
}

/** Restarts that are forgiven to processes that are shot at. */
const UNDER_FIRE = { maxRestarts: 2_000, periodMs: 10_000 } as const;

/** Restarts that are forgiven to everybody else. */
const IN_PEACE = { maxRestarts: 30, periodMs: 10_000 } as const;

const PATIENCE_MS = 30_000;
const CONNECTIONS = 4;
const DATABASE_CLIENTS = 8;

/** Pages at work at once: our own server is not spared, others are. */
const MAX_RUNNING = { folder: 64, site: 16 } as const;

/** Plans the tree; nothing is started yet. */
export function planTree(system: System, parts: AuditParts): AuditTree {
  const { settings, input, database } = parts;
  const names = createRegistry<string>(system, { name: "names", keys: "unique" });
  const connections = createRegistry<ConnectionKey>(system, { name: "connections", keys: "duplicate" });
  // No client is asked how it is before it is lent: a statement that fails tells, and may be repeated.
  const { check: _, ...resource } = postgres(database.client);
  const clients = createCheckoutPool(system, {
    name: "database",
    resource,
    size: DATABASE_CLIENTS,
    maxWaiting: 1_000,
  });
  const readers = createCheckoutPool(system, {
    name: "readers",
    worker: Reader.child({ module: parts.readerModule, execArgv: [] }),
    size: Math.max(2, availableParallelism()),
    maxWaiting: 1_000,
  });

  const audit = names.via(Audit, "audit", { waitMs: PATIENCE_MS }); // whoever asks waits for a restart
  const chaos = names.via(Chaos, "chaos");
  const progress = names.via(Progress, "progress");
  const ledger = new Ledger(clients, database.schema);
  const limits = { timeoutMs: settings.timeoutMs, maxBytes: settings.maxBytes };
  const ask = createWeb(connections, input.scope, input.protocol, limits);
  const inspect = createInspector({ scope: input.scope, ask, readers, checksOutside: settings.external });
  const plan = {
    entries: input.entries,
    ledger,
    inspect,
    pages: names,
    desk: audit,
    progress,
    maxRunning: MAX_RUNNING[input.scope.kind],
    maxPages: settings.maxPages,
    ...UNDER_FIRE,
  };

  const work = supervisor({
    id: "work",
    strategy: "restForOne",
    ...IN_PEACE,
    children: [
      Progress.child(parts.progress, { name: progress }),
      // A server of our own goes with all it holds.
      ...(database.server === undefined ? [LedgerOwner.child(ledger)] : []),
      Audit.child(plan, { name: audit }),
    ],
  });
  const services = planServices(parts, connections, clients, readers);
  return {
    root: supervisor({
      id: "link-audit",
      strategy: "restForOne",
      ...IN_PEACE,
      children: [
        names,
        connections,
        // Listens before there is anybody to shoot at.
        ...(settings.chaos
          ? [Chaos.child({ seed: settings.seed, pagesPerKill: PAGES_PER_KILL }, { name: chaos })]
          : []),
        services,
        work,
      ],
    }),
    audit,
    chaos,
  };
}

const PAGES_PER_KILL = 8;

function planServices(
  { settings, input, database, port }: AuditParts,
  connections: DuplicateRegistry<ConnectionKey>,
  clients: HasChild,
  readers: CheckoutPool<Pid<typeof Reader>>,
): ChildSpec {
  const http1 = (id: string, key: ConnectionKey) =>
    HttpClient.child(
      { join: { registry: connections, key }, sockets: 4, connectTimeoutMs: settings.timeoutMs },
      { id },
    );
  const http2 = (id: string, origin: string) =>
    Http2Connection.child({ origin, join: { registry: connections, key: "inside" } }, { id });
  const inside = Array.from({ length: CONNECTIONS }, (_, index) => {
    const id = `connection-${index + 1}`;
    if (input.protocol === "http/1.1") return http1(id, "inside");
    return http2(id, input.folder === undefined ? new URL(input.entries[0]!.key).origin : originUrl(port));
  });
  return supervisor({
    id: "services",
    strategy: "oneForOne",
    ...UNDER_FIRE,
    backoff: { minMs: 10, maxMs: 1_000 },
    children: [
      ...(database.server === undefined ? [] : [EmbeddedPostgres.child(database.server)]),
      ...(input.folder === undefined ? [] : [Origin.child({ folder: input.folder, port })]),
      clients,
      readers,
      ...inside,
      ...(settings.external ? [http1("outside-1", "outside"), http1("outside-2", "outside")] : []),
    ],
  });
}
