import { describe, expect, it, onTestFinished } from "vitest";
import { noReply, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { CallSelf } from "../../src/actors/definition.ts";
import { kernelOf } from "../../src/actors/system.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import type { Membership } from "../../src/resources/membership.ts";
import { Reconnecting, type ReconnectingEvent } from "../../src/resources/reconnecting.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { connectionContract } from "../contracts/connection.contract.ts";

/** A connection whose network is the test: it says what comes of each attempt. */
const Scripted = defineActor({
  name: "scripted",
  init: (join: Membership | undefined, self) => {
    const settings = { peer: "test://peer", join, connectTimeoutMs: 1_000, backoff };
    const way = new Reconnecting<string>(settings, self, kernelOf(self.system));
    way.begin();
    return { way, done: [] as string[] };
  },
  calls: {
    up: (state, hello: string) => reply(state.way.up(hello), state),
    down: (state, why: string) => reply(state.way.down(new Error(why)), state),
    answered: (state) => reply(state.way.answered(), state),
    ready: (state, _: unknown, self: CallSelf<string>) => {
      state.way.ready(self.from);
      return noReply(state);
    },
    status: (state) =>
      reply({ phase: state.way.phase, failures: state.way.failures, done: [...state.done] }, state),
    refusal: (state) => reply(state.way.refusal(), state),
  },
  info: (state, event: ReconnectingEvent) => {
    const todo = state.way.handle(event);
    if (todo !== undefined) state.done.push(todo);
    if (todo === "connect") state.way.begin();
    if (todo === "giveUp") state.way.down(new Error("too slow"));
    return state;
  },
});
const backoff = { minMs: 100, maxMs: 400, jitter: 0 };

async function setUp(withPool = false) {
  const system = testSystem();
  onTestFinished(() => system[Symbol.asyncDispose]());
  const registry = createRegistry(system, { keys: "duplicate" });
  const join = withPool ? { registry, key: "pool", value: 7 } : undefined;
  const connection = await system.start(Scripted, join);
  const members = () => registry.lookup("pool");
  return { system, registry, connection, members };
}

connectionContract("Reconnecting", async (system, join) => {
  const connection = await system.start(Scripted, join);
  return {
    pid: connection as unknown as Pid,
    phase: async () => (await connection.call.status()).phase,
    up: () => connection.call.up("hello"),
    down: (why) => connection.call.down(why),
    answered: () => connection.call.answered(),
  };
});

describe("Reconnecting", () => {
  it("tells who waits what the attempt came to", async () => {
    const { connection } = await setUp();
    const first = connection.call.ready();
    await connection.call.up("hello");
    expect(await first).toBe("hello");
    expect(await connection.call.ready()).toBe("hello");
    await connection.call.down("hung up");
    const next = expect(connection.call.ready()).rejects.toMatchObject({
      code: "ERR_DISCONNECTED",
      handled: "no",
    });
    await connection.call.down("refused");
    await next;
  });

  it("says why there is no connection", async () => {
    const { connection } = await setUp();
    expect((await connection.call.refusal()).message).toMatch(
      /test:\/\/peer is not connected \(still connecting\)/,
    );
    await connection.call.down("ECONNREFUSED");
    const refusal = await connection.call.refusal();
    expect(refusal.message).toMatch(/ECONNREFUSED/);
    expect(refusal.cause).toMatchObject({ message: "ECONNREFUSED" });
  });

  it("B6: waits twice as long after each failure, never longer than maxMs, then begins again", async () => {
    const { connection, system } = await setUp();
    for (const [index, waitMs] of [100, 200, 400, 400].entries()) {
      await connection.call.down("refused");
      await system.advance(waitMs - 1);
      expect(await connection.call.status()).toMatchObject({ phase: "waiting", failures: index + 1 });
      await system.advance(1);
      expect(await connection.call.status()).toMatchObject({ phase: "connecting", failures: index + 1 });
    }
  });

  it("gives up an attempt exactly when its time is up, and none that has had its outcome", async () => {
    const { connection, system } = await setUp();
    await system.advance(999);
    expect(await connection.call.status()).toMatchObject({ phase: "connecting", done: [] });
    await system.advance(1);
    expect(await connection.call.status()).toMatchObject({ phase: "waiting", done: ["giveUp"] });
    await system.advance(100);
    await connection.call.up("hello");
    await system.advance(10_000);
    expect(await connection.call.status()).toMatchObject({ phase: "connected", done: ["giveUp", "connect"] });
  });

  it("counts failures until a connection has answered, or has lived as long as it was waited for", async () => {
    const { connection, system } = await setUp();
    const failures = async () => (await connection.call.status()).failures;
    await connection.call.down("1");
    await system.advance(100);
    await connection.call.up("hello");
    expect(await failures()).toBe(1);
    await connection.call.answered();
    expect(await failures()).toBe(0);
    await connection.call.down("1");
    await system.advance(100);
    await connection.call.down("2");
    await system.advance(200);
    await connection.call.up("hello");
    await system.advance(199);
    expect(await failures()).toBe(2);
    await system.advance(1);
    expect(await failures()).toBe(0);
  });

  it("B6: is a member exactly while it is connected, and once", async () => {
    const { connection, system, members } = await setUp(true);
    expect(members()).toEqual([]);
    for (let round = 1; round <= 3; round += 1) {
      await connection.call.up("hello");
      expect(members()).toEqual([{ pid: connection, value: 7 }]);
      await connection.call.down("lost");
      expect(members()).toEqual([]);
      await system.advance(400);
    }
  });

  it("joins later where the registry was down, unless it is lost meanwhile", async () => {
    const { connection, system, registry, members } = await setUp(true);
    const process = await system.start(registry);
    process.exit("kill");
    await process.down();
    await connection.call.up("hello");
    await system.start(registry);
    expect(members()).toEqual([]);
    await system.advance(100);
    expect(members()).toHaveLength(1);
  });

  it("tells of each loss and each connection", async () => {
    const { connection, system } = await setUp();
    const told: unknown[] = [];
    system.telemetry.on("connection:up", (event) => told.push(event));
    system.telemetry.on("connection:down", ({ error, ...event }) =>
      told.push({ ...event, error: String(error) }),
    );
    await connection.call.down("refused");
    await system.advance(100);
    await connection.call.up("hello");
    const who = { pid: connection, peer: "test://peer" };
    expect(told).toEqual([{ ...who, error: "Error: refused", failures: 1, retryInMs: 100 }, who]);
  });
});
