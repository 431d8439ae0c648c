import { once } from "node:events";
import { connect } from "node:net";
import { TLSSocket } from "node:tls";
import type { Client, ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { clientConfigOf } from "../../../examples/link-audit/postmaster.ts";
import { reply } from "../../../src/actors/answers.ts";
import { defineActor } from "../../../src/actors/define-actor.ts";
import { createSystem } from "../../../src/actors/system.ts";
import { type CheckoutPool, createCheckoutPool } from "../../../src/pools/checkout-pool.ts";
import { postgres } from "../../../src/resources/postgres/postgres.ts";
import type { PostgresOptions } from "../../../src/resources/postgres/postgres-options.ts";
import { createSandbox, type Ownership, type Sandbox } from "../../../src/testing/sandbox.ts";
import { createPostgres, type PostgresServer } from "../../examples/link-audit/postgres-server.ts";
import { selfSigned } from "../http2/certificate.ts";
import { deadUrl, startTcp } from "../http2/origin.ts";

/** What a client asks a server first that it wants to speak TLS with. */
const SSL_REQUEST = Buffer.from("0000000804d2162f", "hex");
const NEVER = new AbortController().signal;
let server: PostgresServer | undefined;
let config: ClientConfig = {};
let whyNone = "";

beforeAll(async () => {
  const url = process.env["DATABASE_URL"];
  if (url) {
    config = { connectionString: url };
    return;
  }
  try {
    server = await createPostgres();
  } catch (error) {
    whyNone = `no Postgres: ${(error as Error).message}; set DATABASE_URL`;
    return;
  }
  await server.start();
  config = clientConfigOf(server.place);
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** A fact about a real server; skipped by name where there is none. */
function fact(title: string, run: () => Promise<void>): void {
  it(title, async (context) => {
    if (whyNone !== "") context.skip(whyNone);
    await run();
  });
}

function pool(options: { readonly size: number } = { size: 1 }): CheckoutPool<Client> {
  const system = createSystem({ logger: false });
  onTestFinished(() => system.stop());
  return createCheckoutPool(system, { resource: postgres(config), ...options });
}

async function openClient(options: PostgresOptions = {}) {
  const resource = postgres(config, options);
  const client = await resource.open({ signal: NEVER });
  onTestFinished(() => void client.connection.stream.destroy());
  return {
    client,
    check: async () => await resource.check?.(client),
    checkNow: () => resource.check?.(client),
    ping: async () => await resource.ping?.(client),
    close: async () => await resource.close?.(client, { kind: "normal" }),
  };
}

/** The same server, for somebody it does not know. */
function asStranger({ connectionString, ...fields }: ClientConfig): ClientConfig {
  if (connectionString === undefined) return { ...fields, user: "nobody-of-that-name", password: "wrong" };
  const url = new URL(connectionString);
  url.username = "nobody-of-that-name";
  return { connectionString: url.href };
}

/** The process on the server's side that serves `client`. */
async function backendOf(client: Client): Promise<number> {
  return (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
}

/** Settles when `client` has no connection any more; `once` would reject with its error. */
function endOf(client: Client): Promise<void> {
  return new Promise((resolve) => client.once("end", resolve));
}

async function terminateBackend(pid: number): Promise<void> {
  const { client, close } = await openClient();
  await client.query("select pg_terminate_backend($1)", [pid]);
  await close();
}

describe("postgres", () => {
  fact("lends clients that answer, and the same one again", async () => {
    const database = pool();
    const first = await database.use(backendOf);
    expect(await database.use(backendOf)).toBe(first);
    expect(database.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  fact("lends each client to one borrower at a time", async () => {
    const database = pool({ size: 3 });
    const leases = await Promise.all([1, 2, 3].map(() => database.checkout()));
    const backends = await Promise.all(leases.map(({ resource }) => backendOf(resource)));
    expect(new Set(backends).size).toBe(3);
    await Promise.all(leases.map((lease) => lease.checkin()));
    expect(database.stats()).toMatchObject({ idle: 3, lent: 0 });
  });

  fact("PF26: drops an idle client whose connection ends, and harms nobody", async () => {
    const database = pool();
    const lease = await database.checkout();
    const { resource: client } = lease;
    const backend = await backendOf(client);
    await lease.checkin();
    const ended = endOf(client);
    await terminateBackend(backend);
    await ended;
    expect(database.stats()).toMatchObject({ idle: 0 });
    expect(await database.use(backendOf)).not.toBe(backend);
  });

  fact("tells the borrower of a lost connection, and lends another client next", async () => {
    const database = pool();
    let backend = 0;
    const lost = database.use(async (client) => {
      backend = await backendOf(client);
      await terminateBackend(backend);
      await client.query("select 1");
    });
    await expect(lost).rejects.toThrow(/terminat|not queryable/i);
    expect(await database.use(backendOf)).not.toBe(backend);
  });

  fact("keeps a client whose query failed", async () => {
    const database = pool();
    const backend = await database.use(backendOf);
    await expect(database.use((client) => client.query("select nonsense"))).rejects.toMatchObject({
      code: "42703",
    });
    expect(await database.use(backendOf)).toBe(backend);
  });

  fact("knows without asking whether a client is fit", async () => {
    const { client, checkNow } = await openClient();
    expect(checkNow()).toBe(true);
    await client.query("begin");
    expect(checkNow()).toBe(false);
    await client.query("commit");
    expect(checkNow()).toBe(true);
    client.connection.stream.destroy();
    expect(checkNow()).toBe(false);
  });

  fact("pings an idle client, and none that is at work", async () => {
    const { client, ping } = await openClient();
    expect(await ping()).toBe(true);
    const running = client.query("select pg_sleep(60)").catch((error: Error) => error.message);
    expect(await ping()).toBe(false);
    client.connection.stream.destroy();
    expect(await running).toMatch(/terminated/);
  });

  fact("cancels on the server what a client runs that is given back", async () => {
    const database = pool();
    const { client: other } = await openClient();
    const lease = await database.checkout();
    await lease.resource.query("select pg_advisory_lock(7)");
    const running = lease.resource.query("select pg_sleep(600)").catch((error: Error) => error.message);
    await lease.checkin("discard");
    expect(await running).toMatch(/terminated|canceling statement/);
    // The lock is its session's: it is free when that is over, in its own time only if it was cancelled.
    await other.query("select pg_advisory_lock(7)");
    await other.query("select pg_advisory_unlock(7)");
  });

  it("cancels a query that its cancel request overtakes, and sends none that waits behind it", async (context) => {
    if (server === undefined) context.skip(whyNone || "needs a server of its own");
    const { host, port } = config;
    const held: Buffer[] = [];
    let isHolding = false;
    let letQueryPass = (): void => undefined;
    const url = new URL(
      await startTcp((socket) => {
        const upstream = connect(`${host}/.s.PGSQL.${port}`);
        upstream.on("error", () => undefined);
        upstream.on("data", (bytes) => socket.write(bytes));
        // The server hangs up on a request to cancel when it has passed it on.
        upstream.on("close", () => {
          socket.end();
          letQueryPass();
        });
        const isFirst = !isHolding;
        socket.on("data", (bytes: Buffer) => {
          if (isFirst && isHolding) held.push(bytes);
          else upstream.write(bytes);
        });
        socket.on("close", () => upstream.destroy());
        if (!isFirst) return;
        letQueryPass = () => {
          isHolding = false;
          for (const bytes of held.splice(0)) upstream.write(bytes);
        };
      }),
    );
    const resource = postgres({ ...config, host: "127.0.0.1", port: Number(url.port) });
    const client = await resource.open({ signal: NEVER });
    isHolding = true;
    const running = client.query("select pg_sleep(600)").catch((error: Error) => error.message);
    const waiting = client.query("select 1").catch((error: Error) => error.message);
    await resource.close?.(client, { kind: "normal" });
    expect(await running).toMatch(/canceling statement/);
    expect(await waiting).toMatch(/terminated/);
  });

  it("asks for a cancel by TLS where the client is connected by it", async (context) => {
    if (server === undefined) context.skip(whyNone || "needs a server of its own");
    const { host, port } = config;
    const { key, cert } = selfSigned();
    const asked: string[] = [];
    const url = new URL(
      await startTcp((socket) => {
        socket.once("data", (request: Buffer) => {
          asked.push(request.equals(SSL_REQUEST) ? "TLS" : "plain");
          if (asked.at(-1) === "plain") return socket.destroy();
          const secure = new TLSSocket(socket, { isServer: true, key, cert });
          const upstream = connect(`${host}/.s.PGSQL.${port}`);
          upstream.on("error", () => undefined);
          secure.on("error", () => undefined);
          secure.pipe(upstream).pipe(secure);
          secure.on("close", () => upstream.destroy());
          socket.write("S");
        });
      }),
    );
    const ssl = { ca: cert };
    const resource = postgres({ ...config, host: "localhost", port: Number(url.port), ssl });
    const client = await resource.open({ signal: NEVER });
    const running = client.query("select pg_sleep(600)").catch((error: Error) => error.message);
    await resource.close?.(client, { kind: "normal" });
    expect(await running).toMatch(/canceling statement/);
    expect(new Set(asked)).toEqual(new Set(["TLS"]));
    expect(asked.length).toBeGreaterThan(1);
  });

  fact(
    "PF26: an error of a client that is lent reaches nobody as an exception, and its borrower by the query",
    async () => {
      const database = pool();
      const lease = await database.checkout();
      const ended = endOf(lease.resource);
      await terminateBackend(await backendOf(lease.resource));
      await ended;
      await expect(lease.resource.query("select 1")).rejects.toThrow(/not queryable|terminated/);
      await lease.checkin();
      expect(database.stats()).toMatchObject({ lent: 0, idle: 0 });
    },
  );

  fact("looks at a client whose query failed when the server has said all of it", async () => {
    const { client, check } = await openClient();
    for (const [text, fit] of [
      ["select nonsense", true],
      ["begin; select nonsense", false],
    ] as const) {
      const checked = client.query(text).catch(() => check());
      expect(await checked).toBe(fit);
    }
  });

  fact("replaces a client that comes back inside a transaction", async () => {
    const database = pool();
    const backend = await database.use(backendOf);
    await database.use((client) => client.query("begin"));
    expect(await database.use(backendOf)).not.toBe(backend);
  });

  fact("replaces a client that comes back in the middle of a query, without waiting for it", async () => {
    const database = pool();
    let abandoned: Promise<unknown> | undefined;
    const backend = await database.use(async (client) => {
      const pid = await backendOf(client);
      abandoned = client.query("select pg_sleep(60)");
      abandoned.catch(() => undefined);
      return pid;
    });
    expect(await database.use(backendOf)).not.toBe(backend);
    await expect(abandoned).rejects.toThrow(/terminated|canceling/);
  });

  fact("says at once that a client is unfit while a query runs on it", async () => {
    const { client, check } = await openClient({ checkTimeoutMs: 600_000 });
    const running = client.query("select pg_sleep(60)").catch((error: Error) => error.message);
    expect(await check()).toBe(false);
    client.connection.stream.destroy();
    expect(await running).toMatch(/terminated/);
  });

  fact("closes its clients with the pool", async () => {
    const database = pool();
    const lease = await database.checkout();
    const ended = endOf(lease.resource);
    await lease.checkin();
    await database.close();
    await ended;
  });

  fact("rejects with the server's own error when it does not let us in", async () => {
    const stranger = postgres(asStranger(config));
    await expect(stranger.open({ signal: NEVER })).rejects.toMatchObject({
      code: expect.stringMatching(/^28/),
    });
  });

  it("rejects when nobody listens", async () => {
    const url = new URL(await deadUrl());
    const resource = postgres(`postgres://a:b@127.0.0.1:${url.port}/c`);
    await expect(resource.open({ signal: NEVER })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("hangs up on a server that refuses and then stays", async () => {
    let hungUp: Promise<unknown> | undefined;
    const refusal = Buffer.from("SFATAL\0C53300\0Mtoo many clients\0\0");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(refusal.length + 4);
    const url = new URL(
      await startTcp((socket) => {
        hungUp = once(socket, "close");
        socket.once("data", () => socket.write(Buffer.concat([Buffer.from("E"), length, refusal])));
      }),
    );
    const opening = postgres(`postgres://a:b@127.0.0.1:${url.port}/c`).open({ signal: NEVER });
    await expect(opening).rejects.toMatchObject({ code: "53300" });
    await hungUp;
  });

  it("PF11: leaves no half-open connection when the opening is aborted", async () => {
    const controller = new AbortController();
    let hungUp: Promise<unknown> | undefined;
    const url = new URL(
      await startTcp((socket) => {
        hungUp = once(socket, "close");
        // The start-up message is here, and gets no answer.
        socket.once("data", () => controller.abort(new Error("nobody wants it")));
      }),
    );
    const opening = postgres(`postgres://a:b@127.0.0.1:${url.port}/c`).open({ signal: controller.signal });
    await expect(opening).rejects.toThrow("nobody wants it");
    await hungUp;
  });

  it("opens nothing once it is aborted", async () => {
    let connections = 0;
    const url = new URL(await startTcp(() => ++connections));
    const opening = postgres(`postgres://a:b@127.0.0.1:${url.port}/c`).open({ signal: AbortSignal.abort() });
    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
    expect(connections).toBe(0);
  });

  it("rejects when the server hangs up in the middle of the handshake", async () => {
    const url = new URL(await startTcp((socket) => socket.once("data", () => socket.destroy())));
    const opening = postgres(`postgres://a:b@127.0.0.1:${url.port}/c`).open({ signal: NEVER });
    await expect(opening).rejects.toThrow();
  });

  it("PF16 PF38: bounds a ping and a goodbye that the server does not answer", async (context) => {
    if (server === undefined) context.skip(whyNone || "needs a server of its own");
    const { client, ping, close } = await openClient({ checkTimeoutMs: 30, closeTimeoutMs: 30 });
    const backend = await backendOf(client);
    process.kill(backend, "SIGSTOP");
    onTestFinished(() => void process.kill(backend, "SIGCONT"));
    expect(await ping()).toBe(false);
    await close();
    expect(client.connection.stream.destroyed).toBe(true);
  });

  it("bounds a goodbye to a server that stopped while the client was idle", async (context) => {
    if (server === undefined) context.skip(whyNone || "needs a server of its own");
    const { client, close } = await openClient({ closeTimeoutMs: 30 });
    const backend = await backendOf(client);
    process.kill(backend, "SIGSTOP");
    onTestFinished(() => void process.kill(backend, "SIGCONT"));
    await close();
    expect(client.connection.stream.destroyed).toBe(true);
  });

  it("refuses options it does not know", () => {
    expect(() => postgres("", { checkTimeoutMs: 0, idleMs: 5 } as PostgresOptions)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTIONS" }),
    );
  });
});

describe("createSandbox over a real server", () => {
  /** Opens an ownership that everybody uses until the block ends. */
  async function shared(sandbox: Sandbox<Client>): Promise<Ownership> {
    const ownership = await sandbox.checkout();
    ownership.share();
    return ownership;
  }

  async function ownTable(database: CheckoutPool<Client>): Promise<void> {
    await database.use((client) => client.query("create table if not exists visits (page text primary key)"));
  }

  const begin = (client: Client) => client.query("begin");
  const undo = (client: Client) => client.query("rollback");
  const pagesOf = async (sandbox: Pick<Sandbox<Client>, "use">): Promise<unknown[]> =>
    (await sandbox.use((client) => client.query("select page from visits order by page"))).rows.map(
      ({ page }) => page,
    );

  fact("rolls back what a test did, so that the next one finds the tables as they were", async () => {
    const system = createSystem({ logger: false });
    onTestFinished(() => system.stop());
    const database = createCheckoutPool(system, { size: 2, resource: postgres(config) });
    await ownTable(database);
    const sandbox = createSandbox(system, database, { begin, undo });
    for (const page of ["/a", "/b"]) {
      await using _test = await shared(sandbox);
      await sandbox.use((client) => client.query("insert into visits values ($1)", [page]));
      expect(await pagesOf(sandbox)).toEqual([page]);
      expect(await pagesOf(database)).toEqual([]);
    }
    expect(await pagesOf(database)).toEqual([]);
    expect(database.stats()).toMatchObject({ lent: 0 });
  });

  fact(
    "rolls back what an owner did that was killed: the server hears it from the cut connection",
    async () => {
      const system = createSystem({ logger: false });
      onTestFinished(() => system.stop());
      const database = createCheckoutPool(system, { size: 2, resource: postgres(config) });
      await ownTable(database);
      const sandbox = createSandbox(system, database, { begin, undo });
      const Visitor = defineActor({
        init: () => 0,
        calls: {
          visit: async (state, page: string) => {
            await sandbox.checkout();
            await sandbox.use((client) => client.query("insert into visits values ($1)", [page]));
            return reply(await pagesOf(sandbox), state);
          },
        },
      });
      const visitor = await system.start(Visitor);
      expect(await visitor.call.visit("/a")).toEqual(["/a"]);
      visitor.exit("kill");
      await visitor.down();
      await using _test = await shared(sandbox);
      await sandbox.use((client) => client.query("insert into visits values ('/a')"));
      expect(await pagesOf(sandbox)).toEqual(["/a"]);
    },
  );
});
