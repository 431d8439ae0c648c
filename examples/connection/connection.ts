/**
 * The life of a connection as a statechart: the whole of what chapter 10 of the course begins.
 *
 * ```text
 *   connecting ── opened ──▶ up: serving ── drain ──▶ draining ── nothing under way, lost ──▶ closed
 *     ▲    └─ failed, late ─┐        │ lost, no pong
 *     └──── after a wait ── disconnected ◀─┘
 * ```
 *
 * It is in its pool exactly while it is connected. Whoever asks while it is not hears so at once; whoever has asked
 * when it is lost, hears that. The waits grow, with jitter, and begin again once a connection has proven itself.
 */
import type { From, Pid } from "troupe";
import { callerOf, pidOf } from "troupe/machines";
import { assign, type EventObject, fromCallback, fromPromise, setup } from "xstate";

/** What is opened. */
export interface Link {
  /** Resolves when the connection is lost, with why. */
  readonly lost: Promise<Error>;
  request(body: string): Promise<unknown>;
  ping(): Promise<unknown>;
  close(): void;
}

/** What a connection has to know. */
export interface ConnectionInput {
  readonly open: (signal: AbortSignal) => Promise<Link>;
  readonly registry: { register(key: string, pid: Pid): unknown; unregister(key: string, pid: Pid): unknown };
  readonly key: string;
  readonly backoff: { readonly minMs: number; readonly maxMs: number };
  /** Chance for the jitter, in [0, 1); none when absent. */
  readonly random?: () => number;
  readonly connectTimeoutMs?: number;
  readonly pingEveryMs?: number;
}

type Waiting = From<unknown> | undefined;

/** The machine; start it with `fromMachine`. */
export const connection = setup({
  types: {
    input: {} as ConnectionInput,
    context: {} as {
      readonly settings: ConnectionInput;
      readonly link: Link | undefined;
      readonly failures: number;
      readonly served: number;
      readonly underWay: ReadonlySet<Waiting>;
    },
    events: {} as
      | { type: "request"; body: string }
      | { type: "answered"; from: Waiting; answer: () => unknown }
      | { type: "lost"; why: Error }
      | { type: "drain" },
    output: {} as { readonly served: number },
  },
  actors: {
    open: fromPromise(async ({ input, signal }: { input: ConnectionInput; signal: AbortSignal }) => {
      const link = await input.open(signal);
      // Too late: nobody will have it.
      if (signal.aborted) link.close();
      return link;
    }),
    // A child process: what it holds is closed however the machine ends, a kill included.
    hold: fromCallback<EventObject, Link>(({ input, sendBack }) => {
      void input.lost.then((why) => sendBack({ type: "lost", why }));
      return () => input.close();
    }),
    ping: fromPromise(({ input }: { input: Link }) => input.ping()),
  },
  actions: {
    join: ({ context: { settings }, self }) => settings.registry.register(settings.key, pidOf(self)),
    leave: ({ context: { settings }, self }) => settings.registry.unregister(settings.key, pidOf(self)),
    refuse: ({ self }) => callerOf(self)?.fail(new Error("not connected")),
    give: ({ context, event, self }) => {
      const from = callerOf(self);
      const request =
        context.link?.request((event as { body: string }).body) ?? Promise.reject(new Error("no link"));
      request.then(
        (value) => self.send({ type: "answered", from, answer: () => value }),
        (error: unknown) =>
          self.send({
            type: "answered",
            from,
            answer: () => {
              throw error;
            },
          }),
      );
    },
    note: assign({ underWay: ({ context, self }) => new Set([...context.underWay, callerOf(self)]) }),
    answer: ({ event }) => {
      const { from, answer } = event as { from: Waiting; answer: () => unknown };
      try {
        from?.reply(answer());
      } catch (error) {
        from?.fail(error);
      }
    },
    count: assign(({ context, event }) => {
      const underWay = new Set(context.underWay);
      underWay.delete((event as { from: Waiting }).from);
      return { underWay, served: context.served + 1, failures: 0 };
    }),
    fail: ({ context }) => {
      for (const from of context.underWay) from?.fail(new Error("the connection was lost"));
    },
    forget: assign({
      link: undefined,
      underWay: () => new Set<Waiting>(),
      failures: ({ context }) => context.failures + 1,
    }),
  },
  guards: {
    isWaitedFor: ({ context, event }) => context.underWay.has((event as { from: Waiting }).from),
    isIdle: ({ context }) => context.underWay.size === 0,
  },
  delays: {
    wait: ({ context: { settings, failures } }) => {
      const { minMs, maxMs } = settings.backoff;
      const waitMs = Math.min(maxMs, minMs * 2 ** (failures - 1));
      return Math.round(waitMs * (1 - 0.5 * (settings.random?.() ?? 0)));
    },
    connectTimeout: ({ context }) => context.settings.connectTimeoutMs ?? 5_000,
    pingEvery: ({ context }) => context.settings.pingEveryMs ?? 15_000,
  },
}).createMachine({
  id: "connection",
  context: ({ input }) => ({ settings: input, link: undefined, failures: 0, served: 0, underWay: new Set() }),
  initial: "connecting",
  on: { request: { actions: "refuse" }, drain: ".closed" },
  states: {
    connecting: {
      invoke: {
        src: "open",
        input: ({ context }) => context.settings,
        onDone: { target: "up", actions: assign({ link: ({ event }) => event.output }) },
        onError: { target: "disconnected", actions: "forget" },
      },
      after: { connectTimeout: { target: "disconnected", actions: "forget" } },
    },
    up: {
      invoke: { src: "hold", input: ({ context }) => context.link as Link },
      on: {
        lost: { target: "disconnected", actions: ["fail", "forget"] },
        answered: { guard: "isWaitedFor", actions: ["answer", "count"] },
      },
      initial: "serving",
      states: {
        serving: {
          entry: "join",
          exit: "leave",
          on: { request: { actions: ["give", "note"] }, drain: "draining" },
          initial: "healthy",
          states: {
            healthy: { after: { pingEvery: "checking" } },
            checking: {
              invoke: {
                src: "ping",
                input: ({ context }) => context.link as Link,
                onDone: { target: "healthy", actions: assign({ failures: 0 }) },
                onError: { target: "#connection.disconnected", actions: ["fail", "forget"] },
              },
              after: { connectTimeout: { target: "#connection.disconnected", actions: ["fail", "forget"] } },
            },
          },
        },
        draining: {
          always: { guard: "isIdle", target: "#connection.closed" },
          on: { lost: { target: "#connection.closed", actions: "fail" } },
        },
      },
    },
    disconnected: { after: { wait: "connecting" } },
    closed: { type: "final" },
  },
  output: ({ context }) => ({ served: context.served }),
});
