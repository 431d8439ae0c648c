/**
 * The actors of the guard's works.
 *
 * @module
 */

import { type CallSelf, createSystem, defineActor, noReply, reply, type Self } from "troupe";

/** Does `operations` of one kind, and answers how many it has seen done. */
export type Work = (operations: number) => number | Promise<number>;

/** Works by name. */
export type Works = Readonly<Record<string, Work>>;

const limitMs = 600_000;

/** One system for all, made as a user makes it. */
export const system = createSystem({ logger: false });

/** Counts in every way there is. */
export const Counter = defineActor({
  name: "counter",
  init: (_none: undefined) => 0,
  calls: {
    add: (count, by: number) => reply(count + by, count + by),
    addByFrom: (count, by: number, self: CallSelf<number>) => {
      self.from.reply(count + by);
      return noReply(count + by);
    },
    addByPromise: (count, by: number) => reply(Promise.resolve(count + by), count + by),
    addAwaiting: async (count, by: number) => {
      await undefined;
      return reply(count + by, count + by);
    },
    take: (count) => reply(count, 0),
  },
  casts: { note: (count, by: number) => count + by },
  info: (count, by: number) => count + by,
});

/** Takes what the counter has counted. */
export function takenFrom(counter: Awaited<ReturnType<typeof startCounter>>): Promise<number> {
  return counter.call.take(undefined, { timeoutMs: limitMs });
}

export function startCounter() {
  return system.start(Counter, undefined);
}

const Inside = defineActor({
  name: "inside",
  init: (work: (self: Self) => unknown) => work,
  calls: {
    repeat: async (work, times: number, self: Self) => {
      for (let i = 0; i < times; i += 1) await work(self);
      return reply(times, work);
    },
    burst: (work, times: number, self: Self) => {
      for (let i = 0; i < times; i += 1) work(self);
      return reply(times, work);
    },
  },
  info: (work, _message: unknown) => work,
});

/** Does something again and again inside an actor's handler. */
export async function inside(work: (self: Self) => unknown): Promise<{
  /** Each awaited. */
  readonly repeat: Work;
  readonly burst: Work;
}> {
  const { call } = await system.start(Inside, work);
  return {
    repeat: (operations) => call.repeat(operations, { timeoutMs: limitMs }),
    burst: (operations) => call.burst(operations, { timeoutMs: limitMs }),
  };
}
