/**
 * What the work stands on: the database, the server of the folder, the threads that read, and the connections.
 *
 * @module
 */

import { availableParallelism } from "node:os";
import type { Client } from "pg";
import {
  type CheckoutPool,
  type ChildSpec,
  createCheckoutPool,
  type DuplicateRegistry,
  type Pid,
  type Resource,
  type System,
  supervisor,
} from "troupe";
import { Http2Connection } from "troupe/resources/http2";
import { postgres } from "troupe/resources/postgres";
import { IN_PEACE, UNDER_FIRE } from "./budget.ts";
import type { Victim } from "./chaos.ts";
import { EmbeddedPostgres } from "./embedded-postgres.ts";
import { HttpClient } from "./http-client.ts";
import { Reader } from "./inspector.ts";
import { Origin, originUrl } from "./origin.ts";
import type { AuditParts } from "./parts.ts";
import type { ConnectionKey } from "./web.ts";

/** Services that are asked for by handle, and the supervisor they run under. */
export interface Services {
  readonly supervisor: ChildSpec;
  readonly database: CheckoutPool<Client>;
  readonly readers: CheckoutPool<Pid<typeof Reader>>;
  /** Who is connected to the database at the moment, for who wants to cut them off. */
  readonly clients: ReadonlySet<Victim>;
}

const CONNECTIONS = 4;
const DATABASE_CLIENTS = 8;

/** Sockets that one HTTP/1.1 client opens to one host. */
const SOCKETS = 4;

/** A server that was killed may need a moment before its successor can have its place. */
const PATIENCE = { minMs: 10, maxMs: 1_000 } as const;

/** Plans the database, the origin and the readers. */
export function planServices(
  system: System,
  { settings, input, database: place, port, readerModule }: AuditParts,
): Services {
  const clients = new Set<Victim>();
  const resource = counted(postgres(place.client), clients);
  const database = createCheckoutPool(system, { name: "database", resource, size: DATABASE_CLIENTS });
  const readers = createCheckoutPool(system, {
    name: "readers",
    worker: Reader.child({ module: readerModule, execArgv: [] }),
    size: Math.max(2, availableParallelism()),
  });
  const services = supervisor({
    id: "services",
    strategy: "oneForOne",
    ...(settings.chaos ? UNDER_FIRE : IN_PEACE),
    children: [
      ...(place.server === undefined ? [] : [EmbeddedPostgres.child(place.server, { backoff: PATIENCE })]),
      ...(input.folder === undefined
        ? []
        : [Origin.child({ folder: input.folder, port }, { backoff: PATIENCE })]),
      database,
      readers,
    ],
  });
  return { supervisor: services, database, readers, clients };
}

/** Keeps the clients that are open in `clients`. */
function counted(resource: Resource<Client>, clients: Set<Victim>): Resource<Client> {
  const open: Resource<Client>["open"] = async (context) => {
    const client = await resource.open(context);
    const victim: Victim = { exit: () => void client.connection.stream.destroy() };
    clients.add(victim);
    client.once("end", () => clients.delete(victim));
    return client;
  };
  return { ...resource, open };
}

/** Plans the connections. None of them fails to start because a server is down. */
export function planLinks(
  { settings, input, port }: AuditParts,
  connections: DuplicateRegistry<ConnectionKey>,
): ChildSpec {
  const { origin } = input.folder === undefined ? new URL(input.entries[0]!.key) : new URL(originUrl(port));
  const http1 = (id: string, key: ConnectionKey) => {
    const join = { registry: connections, key };
    return HttpClient.child({ join, sockets: SOCKETS, connectTimeoutMs: settings.timeoutMs }, { id });
  };
  const http2 = (id: string) =>
    Http2Connection.child({ origin, join: { registry: connections, key: "inside" } }, { id });
  const inside = Array.from({ length: CONNECTIONS }, (_, index) => `connection-${index + 1}`);
  const outside = settings.external ? ["outside-1", "outside-2"] : [];
  return supervisor({
    id: "links",
    strategy: "oneForOne",
    ...UNDER_FIRE,
    children: [
      ...inside.map((id) => (input.protocol === "h2" ? http2(id) : http1(id, "inside"))),
      ...outside.map((id) => http1(id, "outside")),
    ],
  });
}
