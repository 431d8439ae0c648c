import type { Pid } from "troupe";
import { createRegistry, type DuplicateRegistry } from "troupe";
import { fromMachine } from "troupe/machines";
import { type TestSystem, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { connection, type Link } from "../../examples/connection/connection.ts";
import {
  type ConnectionUnderTest,
  connectionContract,
  type Phase,
} from "../contracts/connection.contract.ts";

const PHASES: Readonly<Record<string, Phase>> = { connecting: "connecting", disconnected: "waiting" };

/** A peer that does what the test says. */
class Peer {
  /** Settles the attempt under way. */
  settle: { resolve(link: Link): void; reject(error: Error): void } | undefined;
  lose: ((why: Error) => void) | undefined;
  readonly answers: ((value: unknown) => void)[] = [];
  pong: (() => Promise<unknown>) | undefined;
  closed = 0;

  open = (): Promise<Link> =>
    new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });

  link(): Link {
    return {
      lost: new Promise((resolve) => {
        this.lose = resolve;
      }),
      request: () => new Promise((resolve) => this.answers.push(resolve)),
      ping: () => this.pong?.() ?? Promise.resolve(),
      close: () => {
        this.closed += 1;
      },
    };
  }
}

const Connection = fromMachine(connection);

async function start(
  system: TestSystem,
  pool: { readonly registry: DuplicateRegistry<string>; readonly key: string },
): Promise<ConnectionUnderTest & { readonly peer: Peer }> {
  const peer = new Peer();
  const backoff = { minMs: 100, maxMs: 400 };
  const pid = await system.start(Connection, { open: peer.open, ...pool, backoff, connectTimeoutMs: 1_000 });
  return {
    pid: pid as unknown as Pid,
    peer,
    phase: async () => PHASES[String((await pid.call.snapshot()).value)] ?? "connected",
    up: async () => {
      peer.settle?.resolve(peer.link());
      await system.settle();
    },
    down: async (why) => {
      if (PHASES[String((await pid.call.snapshot()).value)] === "connecting")
        peer.settle?.reject(new Error(why));
      else peer.lose?.(new Error(why));
      await system.settle();
    },
    answered: async () => {
      if (peer.answers.length === 0) pid.send({ type: "request", body: "ping" });
      await system.settle();
      peer.answers.shift()?.("answer");
      await system.settle();
    },
    request: async () => await pid.call.ask({ type: "request", body: "hello" }, { timeoutMs: 60_000 }),
    drain: () => pid.send({ type: "drain" }),
  };
}

connectionContract("The statechart of the course", start);

describe("connection", () => {
  it("closes its link once, whatever ends it: a loss, a ping without a pong, a kill", async () => {
    await using system = testSystem();
    const registry = createRegistry<string>(system, { keys: "duplicate" });
    const { peer, up, pid, phase } = await start(system, { registry, key: "pool" });
    await up();
    peer.lose?.(new Error("lost"));
    await system.settle();
    expect(peer.closed).toBe(1);
    await system.advance(100);
    await up();
    peer.pong = () => new Promise(() => undefined);
    await system.advance(16_000);
    expect(await phase()).toBe("waiting");
    expect(peer.closed).toBe(2);
    await system.advance(400);
    await up();
    pid.exit("kill");
    await system.settle();
    expect(peer.closed).toBe(3);
  });
});
