/**
 * What every connection that comes back by itself owes its pool: the pools' own, and the statechart of the course.
 *
 * @module
 */
import { createRegistry, type DuplicateRegistry, type Pid } from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { describe, expect, it, onTestFinished } from "vitest";

/** Where it stands. */
export type Phase = "connecting" | "connected" | "waiting";

/** One connection whose network is the test. */
export interface ConnectionUnderTest {
  readonly pid: Pid;
  phase(): Promise<Phase>;
  /** The attempt under way succeeds. */
  up(): Promise<void>;
  /** The attempt under way fails, or the connection is lost. */
  down(why: string): Promise<void>;
  /** Something has come over the connection: it holds. */
  answered(): Promise<void>;
  /** Asks for something over the connection. Absent where what is on it is its owner's business. */
  readonly request?: () => Promise<unknown>;
  /** Lets what is under way come to its end. Absent where nobody drains it. */
  readonly drain?: () => void;
}

/** How one is made: waits of 100 ms that grow to 400 without jitter, attempts of 1,000 ms. */
export type StartConnection = (
  system: TestSystem,
  pool: { readonly registry: DuplicateRegistry<string>; readonly key: string },
) => Promise<ConnectionUnderTest>;

/** Each kind's own test file runs this. */
export function connectionContract(name: string, start: StartConnection): void {
  async function setUp() {
    const system = testSystem();
    onTestFinished(() => system[Symbol.asyncDispose]());
    const registry = createRegistry<string>(system, { keys: "duplicate" });
    const connection = await start(system, { registry, key: "pool" });
    await system.settle();
    return { system, connection, members: () => registry.lookup("pool").map(({ pid }) => pid) };
  }

  describe(`${name} honours the contract of connections`, () => {
    it("tries at once, and is a member exactly while it is connected", async () => {
      const { system, connection, members } = await setUp();
      for (let round = 0; round < 3; round += 1) {
        expect(await connection.phase()).toBe("connecting");
        expect(members()).toEqual([]);
        await connection.up();
        expect(await connection.phase()).toBe("connected");
        expect(members()).toEqual([connection.pid]);
        await connection.down("lost");
        expect(await connection.phase()).toBe("waiting");
        expect(members()).toEqual([]);
        await system.advance(400);
      }
    });

    it("waits twice as long after each failure, never longer than it may", async () => {
      const { system, connection } = await setUp();
      for (const waitMs of [100, 200, 400, 400]) {
        await connection.down("refused");
        await system.advance(waitMs - 1);
        expect(await connection.phase()).toBe("waiting");
        await system.advance(1);
        expect(await connection.phase()).toBe("connecting");
      }
    });

    it("begins with the shortest wait again once its connection has answered", async () => {
      const { system, connection } = await setUp();
      for (const waitMs of [100, 200]) {
        await connection.down("refused");
        await system.advance(waitMs);
      }
      await connection.up();
      await connection.answered();
      await connection.down("lost");
      await system.advance(99);
      expect(await connection.phase()).toBe("waiting");
      await system.advance(1);
      expect(await connection.phase()).toBe("connecting");
    });

    it("gives up an attempt when its time is up, and tries again", async () => {
      const { system, connection } = await setUp();
      await system.advance(999);
      expect(await connection.phase()).toBe("connecting");
      await system.advance(1);
      expect(await connection.phase()).toBe("waiting");
      await system.advance(100);
      expect(await connection.phase()).toBe("connecting");
    });

    it("outlives its losses, and leaves its pool when it is killed", async () => {
      const { system, connection, members } = await setUp();
      await connection.up();
      await connection.down("lost");
      await system.advance(100);
      await connection.up();
      expect(members()).toEqual([connection.pid]);
      connection.pid.exit("kill");
      await connection.pid.down();
      expect(members()).toEqual([]);
    });

    it("refuses at once what is asked while it is not connected, and fails at once what a loss has caught", async ({
      skip,
    }) => {
      const { connection } = await setUp();
      const { request } = connection;
      if (request === undefined) return skip("what is on the connection is its owner's business");
      await expect(request()).rejects.toThrow(/not connected/);
      await connection.up();
      const caught = expect(request()).rejects.toThrow(/lost/);
      await connection.down("lost");
      await caught;
    });

    it("drains: out of its pool at once, over when what was under way is answered", async ({ skip }) => {
      const { system, connection, members } = await setUp();
      const { request, drain } = connection;
      if (request === undefined || drain === undefined) return skip("nobody drains it: its owner stops it");
      await connection.up();
      const answer = request();
      await system.settle();
      drain();
      await system.settle();
      expect(members()).toEqual([]);
      await connection.answered();
      expect(await answer).toBe("answer");
      expect(await connection.pid.down()).toEqual({ kind: "normal" });
    });
  });
}
