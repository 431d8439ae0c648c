import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { createRoutingPool } from "../../../src/pools/routing-pool.ts";
import { leastBusy } from "../../../src/pools/strategies/least-busy.ts";
import { createRegistry } from "../../../src/registry/create-registry.ts";
import { MultiplexedConnection } from "../../../src/resources/multiplexed/multiplexed-connection.ts";
import { supervisor } from "../../../src/supervisor/supervisor.ts";
import { arrivals } from "../arrivals.ts";
import { freshSystem, QUICK } from "../fresh-system.ts";
import { startTcpProxy } from "../tcp-proxy.ts";
import { startPeer } from "./connected.ts";

/** Three peers behind proxies, a supervised connection to each, and a pool over them. */
async function setUp() {
  const system = freshSystem();
  const registry = createRegistry(system, { keys: "duplicate" });
  const peers = await Promise.all(
    [0, 1, 2].map((n) =>
      startPeer(({ text, answer }) => {
        if (text !== "hang") answer(`${n}`);
      }),
    ),
  );
  const proxies = await Promise.all(peers.map(({ port }) => startTcpProxy(port)));
  const ups = arrivals<unknown>();
  system.telemetry.on("connection:up", ups.add);
  const connections = proxies.map(({ host, port }, n) =>
    MultiplexedConnection.child(
      { host, port, backoff: QUICK, join: { registry, key: "upstream" } },
      { id: `connection-${n}` },
    ),
  );
  await system.start(supervisor({ strategy: "restForOne", children: [registry, ...connections] }));
  await ups.count(3);
  const upstream = createRoutingPool(registry, MultiplexedConnection, "upstream", { strategy: leastBusy() });
  const ask = async (text: string): Promise<string> =>
    Buffer.from(await upstream.call.request(text)).toString();
  return { system, registry, proxies, ups, ask };
}

describe("a routing pool of multiplexed connections", () => {
  it("B4: serves from all members at once", async () => {
    const { ask } = await setUp();
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask("x")));
    expect(new Set(answers)).toEqual(new Set(["0", "1", "2"]));
  });

  it("B6: serves from the members that are left, and from all again when the lost one is back", async () => {
    const { ask, proxies, registry, ups, system } = await setUp();
    const downs = arrivals<unknown>();
    system.telemetry.on("connection:down", downs.add);
    await proxies[0]?.refuse();
    proxies[0]?.reset();
    await downs.count(1);
    expect(registry.lookup("upstream")).toHaveLength(2);
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask("x")));
    expect(new Set(answers)).toEqual(new Set(["1", "2"]));
    await proxies[0]?.accept();
    await ups.count(4);
    const later = await Promise.all(Array.from({ length: 30 }, () => ask("x")));
    expect(new Set(later)).toEqual(new Set(["0", "1", "2"]));
  });
});
