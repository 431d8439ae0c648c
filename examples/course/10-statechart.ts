/**
 * 10 · A statechart
 *
 * A connection has a life: being made, there, lost, given up. XState says what follows from what; the process
 * gives it a mailbox, a clock, a place in a pool and a supervisor above it. The whole of it, with timeouts, pings
 * and jitter, is `examples/connection/connection.ts`. Next: 11, where you own the clock.
 */
import { createRegistry, createRoutingPool, createSystem, type Pid, supervisor } from "troupe";
import { answer, fromMachine, pidOf, toActorRef } from "troupe/machines";
import { assign, type EventObject, fromCallback, fromPromise, setup, waitFor } from "xstate";

// 1. What is opened is up to us: here a peer that is there at the second attempt, and can be cut off.
const peer = { attempts: 0, cut: () => undefined as void };
const open = async () => {
  peer.attempts += 1;
  if (peer.attempts === 1) throw new Error("nobody there");
  return { echo: (text: string) => `echo ${text}` };
};

// 2. The chart. Its place in the pool follows its state, by entry and exit actions.
const system = createSystem({ logger: false });
const peers = createRegistry<string>(system, { keys: "duplicate" });
const chart = setup({
  types: {
    context: {} as { failures: number; peer?: { echo(text: string): string } },
    events: {} as { type: "request"; text: string } | { type: "lost" | "drain" },
  },
  actors: {
    open: fromPromise(open),
    watch: fromCallback<EventObject>(({ sendBack }) => {
      peer.cut = () => sendBack({ type: "lost" });
    }),
  },
  actions: {
    join: ({ self }) => peers.register("echo", pidOf(self)),
    leave: ({ self }) => peers.unregister("echo", pidOf(self)),
    count: assign({ failures: ({ context }) => context.failures + 1 }),
  },
  delays: { wait: ({ context }) => Math.min(100, 5 * 2 ** context.failures) },
}).createMachine({
  context: { failures: 0 },
  initial: "connecting",
  states: {
    connecting: {
      invoke: {
        src: "open",
        onDone: { target: "connected", actions: assign({ peer: ({ event }) => event.output }) },
        onError: { target: "disconnected", actions: "count" },
      },
    },
    connected: {
      entry: "join",
      exit: "leave",
      invoke: { src: "watch" },
      // 3. A call is an event that somebody waits for: it is answered now, or later from another state.
      on: {
        request: { actions: answer(({ context, event }) => context.peer?.echo(event.text)) },
        lost: { target: "disconnected", actions: "count" },
        drain: "closed",
      },
    },
    disconnected: { after: { wait: "connecting" } },
    closed: { type: "final" },
  },
});
const Connection = fromMachine(chart, { name: "connection" });
const children = [peers, Connection.child(undefined, { restart: "transient" })];
await system.start(supervisor({ strategy: "restForOne", children }));
const echo = createRoutingPool(peers, Connection, "echo", { waitMs: 5_000 });
await echo.call.ask({ type: "request", text: "hello" }); //=> "echo hello"

// 4. A lost connection is an event, not a crash: out of the pool, and back by itself.
const pid = peers.lookup("echo")[0]?.pid as Pid<typeof Connection>;
peer.cut();
await waitFor(toActorRef<typeof chart>(pid), (snapshot) => snapshot.matches("disconnected"));
peers.lookup("echo"); //=> []
await echo.call.ask({ type: "request", text: "again" }); //=> "echo again"
pid.send({ type: "drain" });
await pid.down(); //=> { kind: "normal" }
await system.stop();
