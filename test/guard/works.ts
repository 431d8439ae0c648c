/**
 * What the guard measures: each does so many operations and answers how many it has seen done.
 *
 * @module
 */

import {
  createCheckoutPool,
  createRegistry,
  createRoutingPool,
  createSystem,
  defineActor,
  reply,
  roundRobin,
} from "troupe";

/** Does `operations` of one kind. */
export type Work = (operations: number) => number | Promise<number>;

const limitMs = 600_000;

const Counter = defineActor({
  name: "counter",
  init: (_none: undefined) => 0,
  calls: {
    add: (count, by: number) => reply(count + by, count + by),
    take: (count) => reply(count, 0),
  },
  casts: { note: (count, by: number) => count + by },
  info: (count, by: number) => count + by,
});

/** Does something again and again inside its handler. */
const Inside = defineActor({
  name: "inside",
  init: (work: () => unknown) => work,
  calls: {
    repeat: async (work, times: number) => {
      for (let i = 0; i < times; i += 1) await work();
      return reply(times, work);
    },
    burst: (work, times: number) => {
      for (let i = 0; i < times; i += 1) work();
      return reply(times, work);
    },
  },
});

/** Opens every work on one system, made as a user makes it. */
export async function openWorks(): Promise<Readonly<Record<string, Work>>> {
  const system = createSystem({ logger: false });
  const counter = await system.start(Counter, undefined);
  const taken = (): Promise<number> => counter.call.take(undefined, { timeoutMs: limitMs });
  const inside = async (work: () => unknown) => (await system.start(Inside, work)).call;
  const caller = await inside(() => counter.call.add(1));
  const caster = await inside(() => counter.cast.note(1));
  const names = createRegistry(system, { keys: "unique" });
  names.register("counter", counter);
  const named = names.via(Counter, "counter");
  const members = createRegistry(system, { keys: "duplicate" });
  for (let member = 0; member < 3; member += 1)
    members.register("members", await system.start(Counter, undefined));
  const routed = createRoutingPool(members, Counter, "members", { strategy: roundRobin() });
  const pool = createCheckoutPool(system, { size: 2, resource: { open: () => ({}) } });

  return {
    send: (operations) => {
      for (let i = 0; i < operations; i += 1) counter.send(1);
      return taken();
    },
    cast: (operations) => {
      for (let i = 0; i < operations; i += 1) counter.cast.note(1);
      return taken();
    },
    "cast from an actor": async (operations) => {
      await caster.burst(operations, { timeoutMs: limitMs });
      return taken();
    },
    call: async (operations) => {
      for (let i = 0; i < operations; i += 1) await counter.call.add(1);
      return taken();
    },
    "call from an actor": async (operations) => {
      await caller.repeat(operations, { timeoutMs: limitMs });
      return taken();
    },
    "call by name": async (operations) => {
      for (let i = 0; i < operations; i += 1) await named.call.add(1);
      return taken();
    },
    "routed call": async (operations) => {
      let sum = 0;
      for (let i = 0; i < operations; i += 1) sum += Math.sign(await routed.call.add(1));
      return sum;
    },
    spawn: async (operations) => {
      let ran = 0;
      for (let i = 0; i < operations; i += 1) {
        await system
          .spawn(() => {
            ran += 1;
          })
          .down();
      }
      return ran;
    },
    "start and stop": async (operations) => {
      let stopped = 0;
      for (let i = 0; i < operations; i += 1) {
        const pid = await system.start(Counter, undefined);
        await pid.stop();
        stopped += 1;
      }
      return stopped;
    },
    "register and unregister": (operations) => {
      let done = 0;
      for (let i = 0; i < operations; i += 1)
        if (names.register("name", counter).ok && names.unregister("name", counter)) done += 1;
      return done;
    },
    lookup: (operations) => {
      let found = 0;
      for (let i = 0; i < operations; i += 1) found += names.lookup("counter").length;
      return found;
    },
    "check out and in": async (operations) => {
      let lent = 0;
      for (let i = 0; i < operations; i += 1) {
        const lease = await pool.checkout();
        lent += 1;
        await lease.checkin();
      }
      return lent;
    },
  };
}
