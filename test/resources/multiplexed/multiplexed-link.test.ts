import { Buffer } from "node:buffer";
import { once } from "node:events";
import { Socket } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { createRegistry } from "../../../src/registry/create-registry.ts";
import {
  defineMultiplexed,
  MultiplexedConnection,
} from "../../../src/resources/multiplexed/multiplexed-connection.ts";
import type { SystemEvents } from "../../../src/telemetry/events.ts";
import { testSystem } from "../../../src/testing/test-system.ts";
import { arrivals } from "../arrivals.ts";
import { freshSystem, QUICK } from "../fresh-system.ts";
import type { TcpProxy } from "../tcp-proxy.ts";
import { startTcpServer } from "../tcp-server.ts";
import { type Asked, connected, startPeer } from "./connected.ts";

/** Answers what was asked, or nothing at all. */
function echoOrHang({ text, answer }: Asked): void {
  if (!text.startsWith("hang")) answer(text);
}

describe("MultiplexedLink", () => {
  it("B1: a request ends at its caller's deadline and leaves nothing behind; its late answer is told and ignored", async () => {
    await using system = testSystem();
    const asked: Asked[] = [];
    const told: SystemEvents["connection:unknownId"][] = [];
    system.telemetry.on("connection:unknownId", (event) => told.push(event));
    const { connection, ask, arrival } = await connected(
      (one) => {
        asked.push(one);
        if (one.text !== "slow") one.answer(one.text);
      },
      { system },
    );
    const slow = expect(ask("slow", { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: "ERR_CALL_TIMEOUT",
    });
    await arrival;
    await system.advance(999);
    expect(await connection.call.status()).toMatchObject({ inFlight: 1 });
    await system.advance(1);
    await slow;
    expect(await connection.call.status()).toMatchObject({ inFlight: 0 });
    asked[0]?.answer("too late");
    expect(await ask("next")).toBe("next");
    expect(told).toEqual([{ pid: connection, peer: expect.stringContaining("tcp://"), id: asked[0]?.id }]);
  });

  it("B1: an id that nobody has asked with is told and ignored", async () => {
    const { ask, system } = await connected(({ text, answer }) => {
      answer("for nobody", 4_000_000_000);
      answer(text);
    });
    const ids: number[] = [];
    system.telemetry.on("connection:unknownId", ({ id }) => ids.push(id));
    expect(await ask("x")).toBe("x");
    expect(ids).toEqual([4_000_000_000]);
  });

  it("B1: the connection's own deadline holds for callers that wait longer", async () => {
    await using system = testSystem();
    const { ask, arrival, connection } = await connected(echoOrHang, { system, requestTimeoutMs: 500 });
    const patient = expect(ask("hang", { timeoutMs: Number.POSITIVE_INFINITY })).rejects.toMatchObject({
      code: "ERR_CALL_TIMEOUT",
      handled: "unknown",
      timeoutMs: 500,
    });
    await arrival;
    await system.advance(500);
    await patient;
    expect(await connection.call.status()).toMatchObject({ phase: "connected", inFlight: 0 });
  });

  it("B1: refuses requests beyond maxInFlight, and takes the next when one is over", async () => {
    const held = arrivals<Asked>();
    const { ask } = await connected(held.add, { maxInFlight: 2 });
    const both = [ask("1"), ask("2")];
    await expect(ask("3")).rejects.toMatchObject({
      code: "ERR_OVERLOADED",
      handled: "no",
      message: expect.stringMatching(/maxInFlight/),
    });
    await held.count(2);
    for (const { text, answer } of held.all) answer(text);
    expect(await Promise.all(both)).toEqual(["1", "2"]);
    const next = ask("4");
    await held.count(3);
    held.all[2]?.answer("4");
    expect(await next).toBe("4");
  });

  it("B1: the death of a caller takes its request along", async () => {
    const { connection, system, arrival } = await connected(echoOrHang);
    const caller = system.spawn(async () => {
      await connection.call.request("hang");
    });
    await arrival;
    expect(await connection.call.status()).toMatchObject({ inFlight: 1 });
    caller.exit("kill");
    await caller.down();
    expect(await connection.call.status()).toMatchObject({ phase: "connected", inFlight: 0 });
  });

  it.each<[string, (proxy: TcpProxy) => void]>([
    ["hangs up", (proxy) => proxy.cut()],
    ["resets the connection", (proxy) => proxy.reset()],
    ["has said its last word and goes on reading", (proxy) => proxy.halfClose()],
    ["says what is no frame", (proxy) => proxy.inject(Buffer.alloc(8))],
    ["announces more than maxBytes", (proxy) => proxy.inject(Buffer.alloc(8, 0xff))],
  ])("B6: all callers are told at once, and find the pool left, when the peer %s", async (_, harm) => {
    const system = freshSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const members = (): number => registry.lookup("upstream").length;
    const { connection, proxy, arrival } = await connected(echoOrHang, {
      system,
      join: { registry, key: "upstream" },
      backoff: { minMs: 60_000, maxMs: 60_000 },
    });
    expect(members()).toBe(1);
    const patient = { timeoutMs: Number.POSITIVE_INFINITY };
    const lost = ["hang 1", "hang 2"].map((text) =>
      // Looked at in the very turn in which the caller hears.
      connection.call
        .request(text, patient)
        .catch(({ code, handled }) => ({ code, handled, members: members() })),
    );
    await arrival;
    harm(proxy);
    const told = { code: "ERR_DISCONNECTED", handled: "unknown", members: 0 };
    expect(await Promise.all(lost)).toEqual([told, told]);
    expect(await connection.call.status()).toMatchObject({ phase: "waiting", inFlight: 0, failures: 1 });
  });

  it("B6: callers are told at once by a peer's last word, although it reads nothing of what they say", async () => {
    const { connection, proxy } = await connected(echoOrHang, { backoff: { minMs: 60_000, maxMs: 60_000 } });
    proxy.stall();
    const patient = { timeoutMs: Number.POSITIVE_INFINITY };
    // More than the operating system takes: without a reader this half is never closed.
    const lost = connection.call.request(Buffer.alloc(15_000_000), patient).catch(({ code }) => code);
    await connection.call.status();
    proxy.halfClose();
    expect(await lost).toBe("ERR_DISCONNECTED");
  });

  it("B6: is back in its pool, once, when the peer is back", async () => {
    const system = freshSystem();
    const registry = createRegistry(system, { keys: "duplicate" });
    const { connection, proxy, ask } = await connected(echoOrHang, {
      system,
      join: { registry, key: "upstream" },
    });
    for (let loss = 1; loss <= 3; loss += 1) {
      const lost = ask("hang").catch(({ code }) => code);
      await proxy.refuse();
      proxy.reset();
      expect(await lost).toBe("ERR_DISCONNECTED");
      await expect(connection.call.ready()).rejects.toMatchObject({ code: "ERR_DISCONNECTED" });
      expect(registry.lookup("upstream")).toEqual([]);
      await proxy.accept();
      while (
        !(await connection.call.ready().then(
          () => true,
          () => false,
        ))
      );
      expect(registry.lookup("upstream")).toEqual([{ pid: connection, value: undefined }]);
      expect(await ask("back")).toBe("back");
    }
  });

  it("answers what had come before the peer said nonsense", async () => {
    const { ask } = await connected(({ text, answer, socket }) => {
      socket.cork();
      answer(text);
      socket.write(Buffer.alloc(8));
      socket.uncork();
    });
    expect(await ask("first")).toBe("first");
  });

  it("B1: gives up a peer that says nothing while it owes answers, when a deadline makes it look", async () => {
    await using system = testSystem();
    const { ask, proxy, connection, arrival } = await connected(echoOrHang, { system, silentMs: 3_000 });
    expect(await ask("x")).toBe("x");
    await arrival;
    proxy.stall();
    const patient = expect(ask("patient", { timeoutMs: Number.POSITIVE_INFINITY })).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      message: expect.stringMatching(/said nothing for 3000 ms/),
    });
    const first = expect(ask("1", { timeoutMs: 2_000 })).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    await connection.call.status();
    await system.advance(2_000);
    await first;
    expect(await connection.call.status()).toMatchObject({ phase: "connected", inFlight: 1 });
    const second = expect(ask("2", { timeoutMs: 1_000 })).rejects.toMatchObject({ code: "ERR_CALL_TIMEOUT" });
    await connection.call.status();
    await system.advance(1_000);
    await second;
    await patient;
    expect(await connection.call.status()).toMatchObject({ phase: "waiting", inFlight: 0 });
  });

  it("keeps a slow peer that goes on saying something", async () => {
    await using system = testSystem();
    const { ask, connection } = await connected(echoOrHang, { system, silentMs: 1_000 });
    for (let round = 1; round <= 5; round += 1) {
      const late = expect(ask("hang", { timeoutMs: 900 })).rejects.toMatchObject({
        code: "ERR_CALL_TIMEOUT",
      });
      expect(await ask("x")).toBe("x");
      await system.advance(900);
      await late;
    }
    expect(await connection.call.status()).toMatchObject({ phase: "connected" });
  });

  it("refuses requests while maxUnsentBytes wait for a peer that does not read", async () => {
    const { connection, proxy } = await connected(echoOrHang, {
      maxUnsentBytes: 1_000_000,
      silentMs: 60_000,
    });
    proxy.stall();
    const large = "x".repeat(500_000);
    const requests: Promise<unknown>[] = [];
    let refusal: unknown;
    while (refusal === undefined) {
      const sent = connection.call.request(large);
      requests.push(sent.catch((error) => error));
      const { inFlight } = await connection.call.status();
      if (inFlight < requests.length) refusal = await requests.at(-1);
    }
    expect(refusal).toMatchObject({
      code: "ERR_OVERLOADED",
      handled: "no",
      message: expect.stringMatching(/maxUnsentBytes/),
    });
    proxy.flow();
    const answers = (await Promise.all(requests.slice(0, -1))) as readonly Uint8Array[];
    expect(answers.map(({ byteLength }) => byteLength)).toEqual(answers.map(() => large.length));
  });

  it("B1: a connection that was reset under a request is lost to it, and crashes nobody", async () => {
    const { connection, ask, peer, system } = await connected(echoOrHang);
    const crashes: unknown[] = [];
    system.telemetry.on("process:crashed", (report) => crashes.push(report));
    expect(await ask("x")).toBe("x");
    const lost = connection.call.request("hang").catch(({ code }) => code);
    for (const socket of peer.sockets) socket.resetAndDestroy();
    expect(await lost).toBe("ERR_DISCONNECTED");
    await connection.call.ready();
    expect(await ask("again")).toBe("again");
    expect(crashes).toEqual([]);
  });

  it("waits longer after each failure, never longer than maxMs, and tells of each", async () => {
    await using system = testSystem();
    const { port } = await startTcpServer((socket) => socket.destroy());
    const waits = arrivals<number>();
    system.telemetry.on("connection:down", ({ retryInMs }) => waits.add(retryInMs));
    const connection = await system.start(MultiplexedConnection, {
      host: "127.0.0.1",
      port,
      backoff: { minMs: 100, maxMs: 400, jitter: 0 },
    });
    for (const [index, waitMs] of [100, 200, 400, 400].entries()) {
      await waits.count(index + 1);
      await system.advance(waitMs - 1);
      expect(await connection.call.status()).toMatchObject({ phase: "waiting", failures: index + 1 });
      await system.advance(1);
    }
    await waits.count(5);
    expect(waits.all).toEqual([100, 200, 400, 400, 400]);
  });

  it("gives up an attempt that takes too long: a peer that takes the connection and never shakes hands", async () => {
    await using system = testSystem();
    const { port, nextSocket } = await startTcpServer((socket) => socket.resume());
    const accepted = nextSocket();
    const connection = await system.start(MultiplexedConnection, {
      host: "127.0.0.1",
      port,
      tls: { rejectUnauthorized: false },
      connectTimeoutMs: 1_000,
    });
    const socket = await accepted;
    const closed = once(socket, "close");
    await system.advance(999);
    expect(await connection.call.status()).toMatchObject({ phase: "connecting" });
    const over = expect(connection.call.ready()).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      message: expect.stringMatching(/not connected within 1000 ms/),
    });
    await system.advance(1);
    await over;
    await closed;
  });

  it("sends what was asked for in one turn together", async () => {
    const { port } = await startPeer(({ answer }) => answer("ok"));
    const connection = await freshSystem().start(MultiplexedConnection, {
      host: "127.0.0.1",
      port,
      backoff: QUICK,
    });
    await connection.call.ready();
    // A turn that has used up its time ends early, and the rest goes out in the next: this one begins anew, and no time goes by.
    await new Promise((resolve) => setImmediate(resolve));
    const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now());
    const alone = vi.spyOn(Socket.prototype, "_write");
    const together = vi.spyOn(Socket.prototype as Required<Socket>, "_writev");
    await Promise.all(Array.from({ length: 10 }, () => connection.call.request("x")));
    const ours = ({ mock }: { mock: { contexts: unknown[] } }): number =>
      mock.contexts.filter((socket) => (socket as Socket).remotePort === port).length;
    expect([ours(alone), ours(together)]).toEqual([0, 1]);
    for (const spy of [clock, alone, together]) spy.mockRestore();
  });

  it("makes a decoder for each connection: half a frame of a lost one does no harm", async () => {
    let lives = 0;
    const decoders: number[] = [];
    const Counting = defineMultiplexed<string, string>({
      codec: {
        encode: (_, text) => text,
        decoder: () => {
          const life = ++lives;
          return {
            push: () => {
              decoders.push(life);
              return [];
            },
          };
        },
      },
    });
    const { port } = await startTcpServer((socket) => {
      socket.write("half");
      socket.end();
    });
    const system = freshSystem();
    const third = new Promise<void>((resolve) => {
      system.telemetry.on("connection:down", ({ failures }) => failures === 1 && lives === 3 && resolve());
    });
    await system.start(Counting, { host: "127.0.0.1", port, backoff: QUICK });
    await third;
    expect(decoders.slice(0, 3)).toEqual([1, 2, 3]);
  });
});
