import { describe, expect, it } from "vitest";
import { fail, ignore, next, reply, stop } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { childSpec } from "../../src/core/child-spec.ts";
import type { Pid } from "../../src/core/pid.ts";
import { createCheckoutPool } from "../../src/pools/checkout-pool.ts";
import type { Lease } from "../../src/pools/lease.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { expectNothingLeft, outcomeOf } from "./workshop.ts";

const Worker = defineActor({
  name: "worker",
  init: () => ({ done: 0 }),
  calls: {
    double: (state, n: number) =>
      n < 0 ? fail(new RangeError("negative"), state) : reply(n * 2, { done: state.done + 1 }),
    boom: (): never => {
      throw new Error("boom");
    },
    done: (state) => reply(state.done, state),
    hang: () => new Promise<never>(() => undefined),
  },
  casts: { quit: (state) => stop("normal", state) },
});

describe("workerSource", () => {
  it("lends actors, and the same one again", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { worker: Worker.child(), size: 2 });
    expect(await pool.use((worker) => worker.call.double(21))).toBe(42);
    expect(await pool.use((worker) => worker.call.done())).toBe(1);
    expect(pool.stats()).toMatchObject({ idle: 1, lent: 0 });
  });

  it("keeps a worker whose call failed without a crash", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { worker: Worker.child(), size: 1 });
    await expect(pool.use((worker) => worker.call.double(-1))).rejects.toThrow("negative");
    expect(await pool.use((worker) => worker.call.double(1))).toBe(2);
    expect(pool.stats().idle).toBe(1);
  });

  it("PF30 replaces a worker that crashed while lent; its borrower's call fails by itself", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { worker: Worker.child(), size: 1 });
    await expect(pool.use((worker) => worker.call.boom())).rejects.toMatchObject({ code: "ERR_EXITED" });
    expect(await pool.use((worker) => worker.call.double(2))).toBe(4);
    expect(system.crashes).toMatchObject([
      { reason: { error: { message: "boom" } }, doing: "handling boom()" },
    ]);
  });

  it("PF22 never lends one that is stopping or dead, seen at every step of its end", async () => {
    await using system = testSystem();
    let ended!: () => void;
    const Slow = defineActor({
      init: () => 0,
      calls: { ping: (state) => reply("pong", state) },
      terminate: () =>
        new Promise<void>((resolve) => {
          ended = resolve;
        }),
    });
    const pool = createCheckoutPool(system, { worker: Slow.child(), size: 1, closeTimeoutMs: 60_000 });
    const lease = await pool.checkout();
    const first = lease.resource;
    await lease.checkin();
    const stopped = first.stop();
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 0, closing: 1 });
    const next = outcomeOf(pool.checkout());
    await system.settle();
    expect(next.now).toBe("pending");
    ended();
    await stopped;
    await system.settle();
    expect(next.now).toMatchObject({ resource: { kind: "pid" } });
    expect((next.now as Lease<Pid>).resource).not.toBe(first);
    void (next.now as Lease<Pid>).checkin("discard");
    await system.settle();
    ended();
  });

  it("PB11 ends workers in order when their time has come, and kills those that do not", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, {
      worker: Worker.child(undefined, { shutdownMs: 100 }),
      size: 2,
      closeTimeoutMs: 1_000,
    });
    const [calm, stuck] = [await pool.checkout(), await pool.checkout()];
    const [one, other] = [calm.resource, stuck.resource];
    other.call.hang().catch(() => undefined);
    await system.settle();
    await calm.checkin();
    await stuck.checkin();
    const closed = outcomeOf(pool.close());
    await system.advance(99);
    expect([closed.now, pool.stats().closing]).toEqual(["pending", 1]);
    await system.advance(1);
    expect(closed.now).toBeUndefined();
    expect([await one.down(), await other.down()]).toMatchObject([{ kind: "shutdown" }, { kind: "killed" }]);
    expectNothingLeft(system, pool);
  });

  it.each([
    {
      name: "throws",
      init: () => {
        throw new Error("no start");
      },
      code: "ERR_START_FAILED",
    },
    { name: "ignores", init: () => ignore(), code: "ERR_IGNORED" },
  ])("refuses with the cause when a worker's init $name", async ({ init, code }) => {
    await using system = testSystem();
    const Failing = defineActor({ name: "failing", init: init as unknown as () => number });
    const pool = createCheckoutPool(system, { worker: Failing.child(), size: 1 });
    const waiter = pool.checkout({ timeoutMs: 500 });
    waiter.catch(() => undefined);
    await system.advance(500);
    await expect(waiter).rejects.toMatchObject({ code: "ERR_CHECKOUT_TIMEOUT", cause: { code } });
    expect(pool.stats()).toMatchObject({ starting: 0, closing: 0 });
  });

  it("gives up a worker whose init takes too long", async () => {
    await using system = testSystem();
    const Endless = defineActor({ init: () => new Promise<number>(() => undefined) });
    const pool = createCheckoutPool(system, { worker: Endless.child(), size: 1, openTimeoutMs: 100 });
    const waiter = outcomeOf(pool.checkout({ timeoutMs: 150 }));
    await system.advance(150);
    expect(waiter.now).toBe("ERR_CHECKOUT_TIMEOUT");
    expect(pool.stats()).toMatchObject({ starting: 0, closing: 0 });
  });

  it("leaves lent workers to their borrowers when the pool's process is killed, and closes them at checkin", async () => {
    await using system = testSystem();
    const pool = createCheckoutPool(system, { worker: Worker.child(), size: 1 });
    const tree = await system.start(supervisor({ strategy: "oneForOne", children: [pool.child()] }));
    const lease = await pool.checkout();
    const worker = lease.resource;
    const [child] = await tree.call.whichChildren();
    (child!.pid as Pid).exit("kill");
    await system.settle();
    expect(await worker.call.double(3)).toBe(6);
    await lease.checkin();
    expect(await worker.down()).toMatchObject({ kind: "shutdown" });
    await system.settle();
    expect(pool.stats()).toMatchObject({ idle: 0, lent: 0, closing: 0 });
  });

  it("PF8 a worker that crashes right after its start is not lent: the crash is told, the next try waits", async () => {
    await using system = testSystem();
    let starts = 0;
    const Flaky = defineActor({
      name: "flaky",
      init: () => {
        starts += 1;
        return next(starts, { continue: "connect" });
      },
      continue: (serial, _what: unknown) => {
        if (serial < 3) throw new Error(`start ${serial}`);
        return serial;
      },
      calls: { serial: (serial) => reply(serial, serial) },
    });
    const pool = createCheckoutPool(system, { worker: Flaky.child(), size: 1, backoff: { minMs: 1_000 } });
    const answer = outcomeOf(pool.use((worker) => worker.call.serial(), { timeoutMs: 60_000 }));
    await system.settle();
    expect([starts, answer.now]).toEqual([1, "pending"]);
    await system.advance(10_000);
    expect([starts, answer.now]).toEqual([3, 3]);
    expect(system.crashes.map(({ label }) => label)).toEqual(["flaky (pid 2)", "flaky (pid 3)"]);
  });

  it("PF30 a worker that a function started takes neither the pool nor the others along", async () => {
    await using system = testSystem();
    const worker = childSpec<typeof Worker>({ id: "worker", start: () => system.start(Worker) });
    const pool = createCheckoutPool(system, { worker, size: 2 });
    const [first, second] = [await pool.checkout(), await pool.checkout()];
    const exited: string[] = [];
    system.telemetry.on("process:exited", ({ label }) => exited.push(label));
    await expect(first.resource.call.boom()).rejects.toMatchObject({ code: "ERR_EXITED" });
    await system.settle();
    expect(exited).toEqual([String(first.resource)]);
    expect(await second.resource.call.double(2)).toBe(4);
  });
});
