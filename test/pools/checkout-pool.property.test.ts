import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noReply, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Pid, PidOf } from "../../src/core/pid.ts";
import {
  type CheckoutPool,
  type CheckoutPoolProcess,
  createCheckoutPool,
} from "../../src/pools/checkout-pool.ts";
import type { Lease } from "../../src/pools/lease.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { depthOf } from "../depth.ts";
import { expectConserved, expectNothingLeft, type Script, type Tool, Workshop } from "./workshop.ts";

/** Borrows when told; what it holds is told to the test. */
const Borrower = defineActor({
  name: "borrower",
  init: (world: World) => world,
  calls: {
    /** Many at a time: the mailbox goes on while it waits. */
    take: (world, timeoutMs: number, self) => {
      world.request(world.pool.checkout({ timeoutMs }), self.pid);
      return noReply(world);
    },
    leave: (world) => reply(undefined, world),
  },
});

interface Loan {
  lease: Lease<Tool>;
  /** `undefined` for plain code. */
  owner: Pid | undefined;
}

/** Everything the commands know. */
class World {
  readonly pool: CheckoutPool<Tool>;
  readonly loans: Loan[] = [];
  /** Leases that were given back: their holders may be careless. */
  readonly ended: Lease<Tool>[] = [];
  /** Requests that were made, and how often each has settled. */
  readonly settled: number[] = [];
  readonly dead = new Set<Pid>();

  constructor(pool: CheckoutPool<Tool>) {
    this.pool = pool;
  }

  request(checkout: Promise<Lease<Tool>>, owner: Pid | undefined): void {
    const index = this.settled.push(0) - 1;
    checkout.then(
      (lease) => {
        this.settled[index]! += 1;
        this.loans.push({ lease, owner });
      },
      () => {
        this.settled[index]! += 1;
      },
    );
  }

  /** No tool is in two hands, and nobody who lives loses what was lent to it. */
  expectExclusive(): void {
    const seen: number[] = [];
    for (const { lease, owner } of this.loans) {
      try {
        seen.push(lease.resource.serial);
      } catch (error) {
        expect(error).toMatchObject({ code: "ERR_LEASE_ENDED" });
        expect(owner !== undefined && this.dead.has(owner)).toBe(true);
      }
    }
    for (const lease of this.ended) expect(() => lease.resource).toThrow("has ended");
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeLessThanOrEqual(this.pool.stats().lent);
  }
}

const which = fc.nat({ max: 1_000 });
const script = fc.constantFrom<Script>("atOnce", "later", "held", "held", "throws", "rejects");
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("checkout" as const),
      timeoutMs: fc.constantFrom(0, 10, 50, 500, Number.POSITIVE_INFINITY),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant("borrow" as const),
      which,
      timeoutMs: fc.constantFrom(10, 500, Number.POSITIVE_INFINITY),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("abortable" as const), when: fc.constantFrom("now", "later") }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("abort" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("try" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("checkin" as const),
      which,
      verdict: fc.constantFrom("ok" as const, "discard" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("checkinAgain" as const),
      which,
      verdict: fc.constantFrom("ok" as const, "discard" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("transfer" as const), which, to: which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("killBorrower" as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("endPool" as const), how: fc.constantFrom("kill", "shutdown") }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("resize" as const), size: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("opens" as const), script }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("closes" as const), script }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("settleOpening" as const), which, ok: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("settleClosing" as const), which, ok: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("advance" as const), ms: fc.constantFrom(1, 10, 60, 700) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("settle" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("lull" as const) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

const limits = fc.record({
  size: fc.integer({ min: 1, max: 3 }),
  maxOverflow: fc.integer({ min: 0, max: 2 }),
  maxWaiting: fc.constantFrom(0, 2, Number.POSITIVE_INFINITY),
  order: fc.constantFrom("lifo" as const, "fifo" as const),
  check: fc.constantFrom("none", "atOnce", "later", "unfit"),
  minSize: fc.constantFrom(0, 1),
  idleTimeoutMs: fc.constantFrom(Number.POSITIVE_INFINITY, 20, 100),
  pingAfterMs: fc.constantFrom(Number.POSITIVE_INFINITY, 15),
  maxAgeMs: fc.constantFrom(Number.POSITIVE_INFINITY, 60),
  maxUses: fc.constantFrom(Number.POSITIVE_INFINITY, 1, 3),
  checkAfterIdleMs: fc.constantFrom(0, 10),
  queue: fc.constantFrom(undefined, { targetMs: 5, intervalMs: 30 }),
  seed: fc.nat(),
  end: fc.constantFrom("close" as const, "drain" as const, "stop" as const),
});

describe("a checkout pool", () => {
  it("PF41 PF43 settles every waiter once, loses no resource and lets nobody wait for nothing, whatever happens in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(command, { maxLength: 50 }), async (given, commands) => {
        const { check, seed, end, queue, ...rest } = given;
        const system = testSystem({ seed });
        const workshop = new Workshop();
        const checks = {
          none: undefined,
          atOnce: () => true,
          later: async () => true,
          unfit: async (tool: Tool) => tool.serial % 2 === 0,
        };
        const checking = checks[check as keyof typeof checks];
        let peak = 0;
        /** Looks at the counts in the middle of things, too. */
        const counted =
          <A, T>(work: (input: A) => T) =>
          (input: A): T => {
            const { idle, lent, starting, closing } = pool.stats();
            peak = Math.max(peak, idle + lent + starting + closing);
            return work(input);
          };
        const { open, close } = workshop.resource;
        const resource = {
          open: counted(open),
          close: counted(close as (tool: Tool) => void | Promise<void>),
          ...(checking === undefined
            ? {}
            : { check: counted(checking as (tool: Tool) => boolean | Promise<boolean>) }),
        };
        const pool: CheckoutPool<Tool> = createCheckoutPool(system, {
          ...rest,
          resource,
          ...(queue === undefined ? {} : { queue }),
          openTimeoutMs: 200,
          checkTimeoutMs: 200,
          closeTimeoutMs: 300,
          backoff: { minMs: 10, maxMs: 40 },
        });
        const tree = await system.start(
          supervisor({ strategy: "oneForOne", maxRestarts: 1_000, children: [pool.child()] }),
        );
        const world = new World(pool);
        const borrowers = await Promise.all([0, 1, 2].map(() => system.start(Borrower, world)));
        let most = rest.size + rest.maxOverflow;
        let { size } = rest;
        const aborts: AbortController[] = [];

        const run = async (command: Command): Promise<void> => {
          switch (command.kind) {
            case "checkout":
              return world.request(pool.checkout({ timeoutMs: command.timeoutMs }), undefined);
            case "borrow":
              return ask(borrowers[command.which % borrowers.length]!, command.timeoutMs);
            case "abortable": {
              const controller = new AbortController();
              aborts.push(controller);
              world.request(pool.checkout({ timeoutMs: 500, signal: controller.signal }), undefined);
              if (command.when === "now") controller.abort();
              return;
            }
            case "abort":
              return aborts.shift()?.abort();
            case "try": {
              const lease = tryTaking(pool);
              if (lease !== undefined) world.loans.push({ lease, owner: undefined });
              return;
            }
            case "checkin": {
              const [loan] = world.loans.splice(command.which % Math.max(1, world.loans.length), 1);
              if (loan === undefined) return;
              world.ended.push(loan.lease);
              void loan.lease.checkin(command.verdict);
              return;
            }
            case "checkinAgain": {
              void world.ended[command.which % Math.max(1, world.ended.length)]?.checkin(command.verdict);
              return;
            }
            case "transfer": {
              const loan = world.loans[command.which % Math.max(1, world.loans.length)];
              try {
                const to = borrowers[command.to % borrowers.length]!;
                if (loan === undefined) return;
                const given = loan.lease;
                loan.lease = given.transfer(to);
                loan.owner = to;
                world.ended.push(given);
              } catch (error) {
                expect((error as { code: string }).code).toMatch(/ERR_NOPROC|ERR_LEASE_ENDED/);
              }
              return;
            }
            case "killBorrower": {
              const index = command.which % borrowers.length;
              world.dead.add(borrowers[index]!);
              borrowers[index]!.exit("kill");
              borrowers[index] = await system.start(Borrower, world);
              return;
            }
            case "endPool": {
              const [child] = await tree.call.whichChildren();
              if (child?.pid !== "restarting") child?.pid?.exit(command.how as "kill" | "shutdown");
              return;
            }
            case "resize": {
              const [child] = await tree.call.whichChildren();
              if (child?.pid === "restarting" || child?.pid === undefined) return;
              most = Math.max(most, command.size + rest.maxOverflow);
              return (child.pid as Pid<CheckoutPoolProcess>).call.resize(command.size).then(
                () => {
                  size = command.size;
                },
                () => undefined,
              );
            }
            case "opens":
              workshop.opens = command.script;
              return;
            case "closes":
              workshop.closes = command.script;
              return;
            case "settleOpening":
            case "settleClosing": {
              const held = command.kind === "settleOpening" ? workshop.openings : workshop.closings;
              const [one] = held.splice(command.which % Math.max(1, held.length), 1);
              if (command.ok) one?.succeed(undefined as never);
              else one?.fail(new Error("told to fail"));
              return;
            }
            case "advance":
              return system.advance(command.ms);
            case "settle":
              return system.settle();
            case "lull": {
              // Longer than any opening, closing, check or wait between tries may take.
              workshop.opens = "later";
              await system.advance(1_000);
              const { lent, waiting } = pool.stats();
              if (waiting > 0) expect(lent).toBeGreaterThanOrEqual(size + rest.maxOverflow);
              return;
            }
          }
        };

        for (const command of commands) {
          await run(command);
          expectConserved(pool, most);
          expect(peak).toBeLessThanOrEqual(most);
          world.expectExclusive();
          expect(pool.stats().waiting).toBeLessThanOrEqual(
            world.settled.filter((times) => times === 0).length,
          );
        }

        // Everything comes to its end: what is held open or closed as well.
        for (const opening of workshop.openings) opening.fail(new Error("the end"));
        for (const closing of workshop.closings) closing.succeed();
        workshop.opens = "later";
        workshop.closes = "later";
        if (end === "close")
          await Promise.all([pool.close({ timeoutMs: 100 }).catch(() => undefined), system.advance(1_000)]);
        if (end === "drain")
          await Promise.all([pool.drain({ timeoutMs: 100 }).catch(() => undefined), system.advance(1_000)]);
        const stopped = system.stop();
        await system.advance(1_000);
        await stopped;
        for (const { lease } of world.loans) void lease.checkin();
        await system.advance(1_000);
        expect(world.settled.filter((times) => times !== 1)).toEqual([]);
        const { totals, waits } = pool.stats();
        expect([waits.count, totals.closed]).toEqual([totals.granted, totals.opened]);
        expectNothingLeft(system, pool);
        expect(workshop.live).toBe(0);
      }),
      { numRuns: depthOf(150) },
    );
  });
});

function ask(borrower: PidOf<typeof Borrower>, timeoutMs: number): void {
  borrower.call.take(timeoutMs, { timeoutMs: 1 }).catch(() => undefined);
}

function tryTaking(pool: CheckoutPool<Tool>): Lease<Tool> | undefined {
  try {
    return pool.tryCheckout();
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_NOT_RUNNING" });
    return undefined;
  }
}
