/** A host that keeps each request in an AsyncLocalStorage; prints who sees the request. Needs `--expose-gc`. */
import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { createSystem, defineActor, next, noReply, type Pid, reply, supervisor } from "troupe";
import { after, boom } from "./stage.ts";

const request = new AsyncLocalStorage<object>();
/** Where the library runs code of ours, and whether the request was seen there. */
const seen = new Map<string, boolean>();
const waiting = new Map<string, () => void>();
const look = (where: string): void => {
  seen.set(where, request.getStore() !== undefined || seen.get(where) === true);
  waiting.get(where)?.();
};

/** Waits until code of ours has run at all these places; timers of actors alone keep no process alive. */
async function lookedFor(places: readonly string[]): Promise<void> {
  const alive = setInterval(() => undefined, 1_000);
  const missing = places.filter((where) => !seen.has(where));
  await Promise.all(missing.map((where) => new Promise<void>((resolve) => waiting.set(where, resolve))));
  clearInterval(alive);
}

const Inner = defineActor({ name: "inner", init: () => look("init under a supervisor") });

const Actor = defineActor({
  name: "actor",
  init: async (_: undefined, self) => {
    look("init");
    await after(1);
    look("init after an await");
    self.signal.addEventListener("abort", () => look("abort listener"));
    self.own({}, () => look("closer"));
    return 0;
  },
  calls: {
    asks: (state) => {
      look("call");
      return reply(1, state);
    },
    waits: async (state, _: undefined, self) => {
      look("asynchronous call");
      await after(1);
      look("asynchronous call after an await");
      self.sendAfter(1, "once");
      const every = self.every(1, "every");
      self.sendAfter(5, every);
      setTimeout(() => look("raw timer"), 1);
      new EventEmitter().on("x", () => look("emitter's listener")).emit("x");
      self.system.neutral(() => setTimeout(() => look("neutral timer"), 1));
      self.monitor(await self.system.start(Inner));
      return reply(1, next(state, { continue: "more" }));
    },
    later: (state, _: undefined, { from }) => {
      setTimeout(() => from.reply(undefined), 1);
      return noReply(state);
    },
    never: (state, _: undefined) => noReply(state),
  },
  casts: {
    tells: (state) => {
      look("cast");
      return state;
    },
    falls: () => {
      throw boom();
    },
  },
  info: (state, message) => {
    look("message");
    if (typeof message === "object") (message as { cancel(): void }).cancel();
    return next(state, { idleMs: 1 });
  },
  continue: (state) => {
    look("continue");
    return state;
  },
  idle: (state) => {
    look("idle");
    return state;
  },
  terminate: () => look("terminate"),
});

/** One request: everything is started, asked and told in its context. */
async function handleRequest(): Promise<void> {
  const system = createSystem({ logger: { error: () => look("logger"), warn: () => look("logger") } });
  system.telemetry.on("process:started", () => look("telemetry listener"));
  const actor = await system.start(Actor, undefined);
  actor.cast.tells();
  await actor.call.asks();
  await actor.call.waits(undefined);
  await actor.call.later(undefined);
  system.spawn(async (self) => {
    look("bare process");
    await self.receive({ timeoutMs: 1 }).catch(() => undefined);
    look("bare process after a receive");
  });
  const app = await system.start(supervisor({ strategy: "oneForOne", children: [Inner] }));
  const [child] = await app.call.whichChildren();
  (child as { readonly pid: Pid }).pid.exit(boom());
  await lookedFor(["idle", "raw timer", "neutral timer", "bare process after a receive"]);
  actor.cast.falls();
  await actor.down();
  await system.stop();
  seen.set("the request itself, after all that", request.getStore() !== undefined);
}

/** An actor that outlives the request which started it, and a timer of deadlines that was set in it. */
async function isForgotten(): Promise<boolean> {
  const system = createSystem({ logger: false });
  const weak = await request.run({ id: 1 }, async () => {
    const actor = await system.start(Actor, undefined);
    const answered = actor.call.later(undefined, { timeoutMs: 60_000 });
    // another's call of the same duration shares the timer, and outlives the request's
    request.exit(() => void actor.call.never(undefined, { timeoutMs: 60_000 }).catch(() => undefined));
    await answered;
    return new WeakRef(request.getStore() as object);
  });
  for (let round = 0; round < 10 && weak.deref() !== undefined; round += 1) {
    await after(5);
    (globalThis as unknown as { gc(): void }).gc();
  }
  const isGone = weak.deref() === undefined;
  await system.stop();
  return isGone;
}

await request.run({ id: 0 }, handleRequest);
process.stdout.write(JSON.stringify({ seen: Object.fromEntries(seen), isForgotten: await isForgotten() }));
