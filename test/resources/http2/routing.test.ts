import { describe, expect, it, onTestFinished } from "vitest";
import { createSystem } from "../../../src/actors/system.ts";
import { createRoutingPool } from "../../../src/pools/routing-pool.ts";
import { leastBusy } from "../../../src/pools/strategies/least-busy.ts";
import { createRegistry } from "../../../src/registry/create-registry.ts";
import { Http2Connection } from "../../../src/resources/http2/http2-connection.ts";
import { testSystem } from "../../../src/testing/test-system.ts";
import { QUICK } from "../fresh-system.ts";
import { hasRead, startOrigin, startTcp } from "./origin.ts";

function setUp() {
  const system = createSystem({ messages: "frozen", logger: false });
  onTestFinished(() => system.stop());
  const registry = createRegistry(system, { keys: "duplicate" });
  const upstream = createRoutingPool(registry, Http2Connection, "upstream", { strategy: leastBusy() });
  const startMember = (origin: string) =>
    system.start(Http2Connection, { origin, backoff: QUICK, join: { registry, key: "upstream" } });
  const members = () => registry.lookup("upstream").map(({ pid }) => pid);
  return { system, registry, upstream, startMember, members };
}

describe("a routing pool of HTTP/2 connections", () => {
  it("B6: has a member while it is connected", async () => {
    const { startMember, members } = setUp();
    const origin = await startOrigin((_, headers) => {
      if (headers[":path"] === "/cut") origin.cut();
    });
    const member = await startMember(origin.url);
    expect(members()).toEqual([]);
    await member.call.ready();
    expect(members()).toEqual([member]);
    await expect(member.call.request({ path: "/cut" })).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
    // Whoever hears of the loss finds the member gone.
    expect(members()).toEqual([]);
    await member.call.ready();
    expect(members()).toEqual([member]);
  });

  it("B6: has no member that cannot connect or speaks no HTTP/2", async () => {
    const { startMember, members } = setUp();
    const member = await startMember(
      await startTcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    );
    expect(await member.call.ready()).toBe("other");
    expect(members()).toEqual([]);
  });

  it("leaves when the peer says GOAWAY, with requests still on their way, and counts once when it is back", async () => {
    await using system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    let finish = (): void => undefined;
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { url, sessions } = await startOrigin((stream) => {
      finish = () => stream.respond({ ":status": 200 }, { endStream: true });
      arrived();
    });
    const member = await system.start(Http2Connection, { origin: url, join: { registry, key: "upstream" } });
    await member.call.ready();
    const slow = member.call.request({ path: "/" });
    await arrival;
    sessions[0]?.goaway();
    await hasRead(sessions[0]);
    await system.settle();
    expect(registry.lookup("upstream")).toEqual([]);
    await system.advance(100);
    await member.call.ready();
    expect(registry.lookup("upstream")).toHaveLength(1);
    finish();
    expect(await slow).toMatchObject({ status: 200 });
    expect(registry.lookup("upstream")).toHaveLength(1);
  });

  it("serves from the members that are left", async () => {
    const { startMember, upstream, members } = setUp();
    const origins = await Promise.all(
      [1, 2, 3].map((n) =>
        startOrigin((stream) => stream.respond({ ":status": 200, "x-origin": n }, { endStream: true })),
      ),
    );
    const connections = await Promise.all(origins.map(({ url }) => startMember(url)));
    await Promise.all(connections.map((connection) => connection.call.ready()));
    await origins[0]?.stop();
    await origins[1]?.stop();
    const left = connections.slice(2);
    while (members().length > 1)
      await Promise.allSettled(connections.map((member) => member.call.request({ path: "/" })));
    expect(members()).toEqual(left);
    const answers = await Promise.all(Array.from({ length: 20 }, () => upstream.call.request({ path: "/" })));
    expect(answers.map(({ headers }) => headers["x-origin"])).toEqual(Array(20).fill("3"));
  });

  it("spreads requests that are on their way over all members", async () => {
    const { startMember, upstream } = setUp();
    const held: (() => void)[] = [];
    const counts = [0, 0];
    const origins = await Promise.all(
      counts.map((_, index) =>
        startOrigin((stream) => {
          counts[index] = (counts[index] ?? 0) + 1;
          held.push(() => stream.respond({ ":status": 200 }, { endStream: true }));
          if (held.length === 10) for (const answer of held) answer();
        }),
      ),
    );
    for (const { url } of origins) await (await startMember(url)).call.ready();
    await Promise.all(Array.from({ length: 10 }, () => upstream.call.request({ path: "/" })));
    expect(counts).toEqual([5, 5]);
  });

  it("joins later where the registry was down, and once", async () => {
    await using system = testSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const process = await system.start(registry);
    process.exit("kill");
    await process.down();
    const { url } = await startOrigin(() => undefined);
    const connection = await system.start(Http2Connection, {
      origin: url,
      join: { registry, key: "upstream" },
    });
    expect(await connection.call.ready()).toBe("h2c");
    await system.start(registry);
    expect(registry.lookup("upstream")).toEqual([]);
    await system.advance(1_000);
    expect(registry.lookup("upstream")).toEqual([{ pid: connection, value: undefined }]);
  });
});
