import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import { createSandbox, type Ownership, type Sandbox } from "../../src/testing/sandbox.ts";
import type { SandboxOptions } from "../../src/testing/sandbox-options.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";

/** A connection that keeps what is written in it until it is undone or cut. */
interface Connection {
  readonly rows: string[];
  isOpen: boolean;
}

function sandboxOf(system: TestSystem, more: Partial<SandboxOptions<Connection>> = {}) {
  const connections: Connection[] = [];
  const pool = createCheckoutPool(system, {
    size: 2,
    resource: {
      open: () => {
        const connection: Connection = { rows: [], isOpen: true };
        connections.push(connection);
        return connection;
      },
      close: (connection) => {
        connection.isOpen = false;
      },
    },
  });
  const sandbox = createSandbox(system, pool, {
    begin: ({ rows }) => void rows.push("begin"),
    undo: ({ rows }) => void (rows.length = 0),
    ...more,
  });
  return { sandbox, pool, connections };
}

/** Writes into the sandbox, and shows what it sees there. */
const Writer = defineActor({
  name: "writer",
  init: (sandbox: Sandbox<Connection>) => sandbox,
  calls: {
    own: async (sandbox) => {
      await sandbox.checkout();
      return reply(undefined, sandbox);
    },
    write: async (sandbox, row: string) => {
      const rows = await sandbox.use((connection) => {
        connection.rows.push(row);
        return [...connection.rows];
      });
      return reply(rows, sandbox);
    },
    hang: (sandbox) =>
      reply(
        sandbox.use(() => new Promise<void>(() => undefined)),
        sandbox,
      ),
    ask: async (sandbox, other: { call: { write(row: string): Promise<string[]> } }) =>
      reply(await other.call.write("for another"), sandbox),
  },
});

describe("createSandbox", () => {
  it("begins before the first use, undoes after the last, and gives back", async () => {
    await using system = testSystem();
    const { sandbox, pool, connections } = sandboxOf(system);
    const test = await sandbox.checkout();
    test.share();
    expect(await sandbox.use(({ rows }) => [...rows])).toEqual(["begin"]);
    await sandbox.use(({ rows }) => rows.push("mine"));
    await test.checkin();
    await test.checkin();
    expect(connections).toEqual([{ rows: [], isOpen: true }]);
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("keeps owners apart: each sees what it did itself", async () => {
    await using system = testSystem();
    const { sandbox } = sandboxOf(system);
    const [a, b] = [await system.start(Writer, sandbox), await system.start(Writer, sandbox)];
    await a.call.own();
    await b.call.own();
    expect([await a.call.write("a"), await b.call.write("b"), await a.call.write("c")]).toEqual([
      ["begin", "a"],
      ["begin", "b"],
      ["begin", "a", "c"],
    ]);
  });

  it("finds nothing for who has none, and says what to do", async () => {
    await using system = testSystem();
    const { sandbox } = sandboxOf(system);
    await expect(sandbox.use(() => 1)).rejects.toMatchObject({
      code: "ERR_NOT_OWNER",
      message:
        "plain code has no resource in this sandbox: check one out for it, allow it to use one (ownership.allow(pid)), or share one (ownership.share())",
    });
    const own = await sandbox.checkout();
    await expect(sandbox.use(() => 1)).rejects.toMatchObject({ code: "ERR_NOT_OWNER" });
    await own.checkin();
  });

  it("lets a process use what another owns once it is allowed, one at a time, and says who has one already", async () => {
    await using system = testSystem();
    const { sandbox } = sandboxOf(system);
    const [a, b] = [await system.start(Writer, sandbox), await system.start(Writer, sandbox)];
    const test = await sandbox.checkout();
    expect([test.allow(a), test.allow(a)]).toEqual([{ ok: true }, { ok: false, already: "allowed" }]);
    await b.call.own();
    expect(test.allow(b)).toEqual({ ok: false, already: "owner" });
    const hanging = a.call.hang(undefined, { timeoutMs: 60_000 });
    hanging.catch(() => undefined);
    await system.settle();
    test.share();
    const waits = sandbox.use(({ rows }) => [...rows], { timeoutMs: 100 });
    waits.catch(() => undefined);
    await system.advance(100);
    await expect(waits).rejects.toMatchObject({ code: "ERR_CHECKOUT_TIMEOUT" });
  });

  it("finds what the caller of a process owns", async () => {
    await using system = testSystem();
    const { sandbox } = sandboxOf(system);
    const [test, service] = [await system.start(Writer, sandbox), await system.start(Writer, sandbox)];
    await test.call.own();
    expect(await test.call.ask(service)).toEqual(["begin", "for another"]);
    expect(await service.call.write("alone").catch(() => "none")).toBe("none");
  });

  it("closes what a dead owner had, and shares it no more", async () => {
    await using system = testSystem();
    const { sandbox, pool, connections } = sandboxOf(system);
    const Owner = defineActor({
      init: () => 0,
      calls: { share: async (state) => reply((await sandbox.checkout()).share(), state) },
    });
    const owner = await system.start(Owner);
    await owner.call.share();
    expect(await sandbox.use(({ rows }) => rows.length)).toBe(1);
    owner.exit("kill");
    await system.settle();
    await expect(sandbox.use(() => 1)).rejects.toMatchObject({ code: "ERR_NOT_OWNER" });
    expect([connections[0]?.isOpen, pool.stats().lent]).toEqual([false, 0]);
  });

  it("closes what was left in the middle of its work by a user that died; the owner has it no more", async () => {
    await using system = testSystem();
    const { sandbox, pool, connections } = sandboxOf(system);
    const user = await system.start(Writer, sandbox);
    const test = await sandbox.checkout();
    test.share();
    test.allow(user);
    user.call.hang().catch(() => undefined);
    await system.settle();
    user.exit("kill");
    await system.settle();
    expect([connections[0]?.isOpen, pool.stats().lent]).toEqual([false, 0]);
    await expect(sandbox.use(() => 1)).rejects.toMatchObject({ code: "ERR_NOT_OWNER" });
    await test.checkin();
  });

  it("goes on when an allowed process ends between two uses, or throws over one", async () => {
    await using system = testSystem();
    const { sandbox, connections } = sandboxOf(system);
    const user = await system.start(Writer, sandbox);
    const test = await sandbox.checkout();
    test.share();
    test.allow(user);
    await user.call.write("a");
    user.exit("kill");
    await system.settle();
    await expect(sandbox.use(() => Promise.reject(new Error("constraint")))).rejects.toThrow("constraint");
    expect(await sandbox.use(({ rows }) => [...rows])).toEqual(["begin", "a"]);
    await test.checkin();
    expect(connections).toEqual([{ rows: [], isOpen: true }]);
  });

  it("closes what cannot be undone, and rejects with why", async () => {
    await using system = testSystem();
    const undo = (): never => {
      throw new Error("the server has gone");
    };
    const { sandbox, connections } = sandboxOf(system, { undo });
    const test = await sandbox.checkout();
    await expect(test.checkin()).rejects.toThrow("the server has gone");
    await system.settle();
    expect(connections).toMatchObject([{ isOpen: false }]);
  });

  it("owns nothing that could not be begun", async () => {
    await using system = testSystem();
    const begin = (): never => {
      throw new Error("read only");
    };
    const { sandbox, pool, connections } = sandboxOf(system, { begin });
    await expect(sandbox.checkout()).rejects.toThrow("read only");
    await system.settle();
    expect([connections[0]?.isOpen, pool.stats().lent]).toEqual([false, 0]);
  });

  it("takes back what is owned for too long", async () => {
    await using system = testSystem();
    const { sandbox, pool } = sandboxOf(system, { ownershipTimeoutMs: 1_000 });
    const test: Ownership = await sandbox.checkout();
    test.share();
    await system.advance(1_000);
    await expect(sandbox.use(() => 1)).rejects.toMatchObject({ code: "ERR_NOT_OWNER" });
    expect(pool.stats()).toMatchObject({ lent: 0 });
  });

  it("gives one resource to one owner", async () => {
    await using system = testSystem();
    const { sandbox } = sandboxOf(system);
    const writer = await system.start(Writer, sandbox);
    await writer.call.own();
    await expect(writer.call.own()).rejects.toMatchObject({ code: "ERR_EXITED" });
    expect(system.crashes[0]?.reason).toMatchObject({ error: { code: "ERR_NOT_OWNER" } });
  });

  it("refuses what is wrong, all faults at once", async () => {
    await using system = testSystem();
    expect(() => sandboxOf(system, { begin: 1, ownershipTimeoutMs: 0 } as never)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        faults: expect.objectContaining({ length: 2 }),
      }),
    );
  });
});
