/**
 * A pool of connections under supervisors, and the three ways in which such a pool dies elsewhere: its server is down
 * for a moment, its server is down when it starts, its registry is killed. Real sockets where a server is meant.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import {
  createRegistry,
  createRoutingPool,
  defineActor,
  next,
  type RestartOptions,
  reply,
  roundRobin,
  type System,
  supervisor,
} from "troupe";
import { testSystem } from "troupe/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSocket } from "../../src/resources/tcp-socket.ts";
import { arrivals } from "./arrivals.ts";
import { freshSystem, QUICK } from "./fresh-system.ts";

const SIZE = 3;
/** A server that is down is no reason to give up. */
const PATIENT: RestartOptions = { maxRestarts: Number.POSITIVE_INFINITY, backoff: QUICK };

/** Echoes; goes away and comes back under the same port. */
function echoServer() {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const down = async (): Promise<void> => {
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    server = undefined;
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(down);
  return {
    down,
    up: async (port = 0): Promise<number> => {
      server = createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
        socket.pipe(socket);
      });
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      return (server.address() as { readonly port: number }).port;
    },
  };
}

/** The post's tree: a registry, and beside it a supervisor of connections; who is connected is a member. */
function connectionPool(system: System, port: number, restarts: RestartOptions) {
  const connections = createRegistry(system, { keys: "duplicate" });
  const Connection = defineActor({
    name: "connection",
    init: (_: void) => next<Socket | undefined>(undefined, { continue: "connect" }),
    continue: async (_none, _what, self): Promise<Socket | undefined> => {
      const socket = await openSocket({ host: "127.0.0.1", port }, self.signal);
      self.own(socket, (one) => void one.destroy());
      socket.on("close", () => self.send("closed"));
      connections.register("echo", self.pid);
      return socket;
    },
    calls: {
      echo: (socket, text: string) => {
        const answer = once(socket as Socket, "data").then(([data]) => String(data));
        (socket as Socket).write(text);
        return reply(answer, socket);
      },
    },
    info: () => {
      throw new Error("the server has closed the connection");
    },
  });
  const children = Array.from({ length: SIZE }, (_, no) => Connection.child(undefined, { id: `${no}` }));
  const members = supervisor({ id: "members", strategy: "oneForOne", ...restarts, children });
  return {
    connections,
    pool: createRoutingPool(connections, Connection, "echo", { strategy: roundRobin(), waitMs: 20_000 }),
    tree: supervisor({ id: "pool", strategy: "restForOne", children: [connections, members] }),
  };
}

/** What its supervisors tell while it runs. */
function watched(system: System) {
  const restarts = arrivals<string>();
  const gaveUp = arrivals<string>();
  system.telemetry.on("child:restarting", ({ id }) => restarts.add(id));
  system.telemetry.on("supervisor:gaveUp", ({ supervisor }) => gaveUp.add(supervisor));
  return { restarts, gaveUp };
}

describe("a pool of connections under supervisors", () => {
  it("B5a lives while its server is down for a moment, however often connections try, and works again with it", async () => {
    const system = freshSystem();
    const { restarts, gaveUp } = watched(system);
    const server = echoServer();
    const port = await server.up();
    const { connections, pool, tree } = connectionPool(system, port, PATIENT);
    const app = await system.start(tree);
    expect(await pool.call.echo("one")).toBe("one");
    await server.down();
    await restarts.count(10 * SIZE);
    expect(connections.lookup("echo")).toEqual([]);
    expect(await app.call.countChildren()).toMatchObject({ active: 2 });
    const waiting = pool.call.echo("while it is down", { timeoutMs: 20_000 });
    await server.up(port);
    expect(await waiting).toBe("while it is down");
    expect(gaveUp.all).toEqual([]);
  });

  it("B5a is what dies where no backoff waits: each restart fails at once, and the budget is spent", async () => {
    const system = freshSystem();
    const { gaveUp } = watched(system);
    const server = echoServer();
    const { pool, tree } = connectionPool(system, await server.up(), {});
    const app = await system.start(tree);
    expect(await pool.call.echo("one")).toBe("one");
    await server.down();
    expect(await app.down()).toEqual({ kind: "shutdown" });
    expect(gaveUp.all.at(-1)).toMatch(/^pool/);
  });

  it("B5b starts while its server is down, and works when that is up", async () => {
    const system = freshSystem();
    const { restarts, gaveUp } = watched(system);
    const server = echoServer();
    const port = await server.up();
    await server.down();
    const { pool, tree } = connectionPool(system, port, PATIENT);
    await system.start(tree);
    await restarts.count(10 * SIZE);
    const waiting = pool.call.echo("at last", { timeoutMs: 20_000 });
    await server.up(port);
    expect(await waiting).toBe("at last");
    expect(gaveUp.all).toEqual([]);
  });

  it.each(["oneForOne", "restForOne"] as const)(
    "B5c lives on when its registry is killed 1,000 times, under %s: all members are back at once",
    async (strategy) => {
      await using system = testSystem();
      const { gaveUp } = watched(system);
      const names = createRegistry(system, { keys: "duplicate" });
      const Member = defineActor({
        name: "member",
        init: (no: number, self) => {
          names.register("all", self.pid);
          return no;
        },
        calls: { no: (no) => reply(no, no) },
      });
      const children = Array.from({ length: SIZE }, (_, no) => Member.child(no, { id: `${no}` }));
      const members = supervisor({ id: "members", strategy: "oneForOne", children });
      const app = await system.start(supervisor({ id: "pool", strategy, children: [names, members] }));
      const pool = createRoutingPool(names, Member, "all", { strategy: roundRobin() });
      for (let kills = 0; kills < 1_000; kills += 1) {
        const before = (await app.call.whichChildren()).find(
          ({ type, pid }) => type === "worker" && pid,
        )?.pid;
        if (typeof before !== "object") throw new Error("the registry does not run");
        before.exit("kill");
        await system.settle();
        expect(names.lookup("all")).toHaveLength(SIZE);
        expect([await pool.call.no(), await pool.call.no(), await pool.call.no()].sort()).toEqual([0, 1, 2]);
        // Three within five seconds are forgiven.
        await system.advance(2_000);
      }
      expect(gaveUp.all).toEqual([]);
    },
  );
});
