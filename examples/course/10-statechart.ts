/**
 * 10 · A statechart
 *
 * A connection has a life: it is being made, it is there, it is lost, it is being given up. XState says what
 * follows from what; the process gives it a mailbox, a clock, a place in a pool and a supervisor above it.
 * `connection.ts` beside this file is the machine. Next: 11, where you own the clock.
 */
import { createRegistry, createRoutingPool, createSystem, type Pid, supervisor } from "troupe";
import { fromMachine, toActorRef } from "troupe/machines";
import { setup, waitFor } from "xstate";
import { connection, type Link } from "./connection.ts";

const system = createSystem({ logger: false });

// 1. Any machine of XState is an actor: events are messages, and its snapshot is a call away.
const light = setup({ types: { events: {} as { type: "next" } } }).createMachine({
  id: "light",
  initial: "red",
  states: { red: { on: { next: "green" } }, green: { on: { next: "red" } } },
});
const crossing = await system.start(fromMachine(light));
crossing.send({ type: "next" });
(await crossing.call.snapshot()).value; //=> "green"

// 2. Ours is a connection. What it opens is up to us: here a peer that is not there at first.
const opened: { lose: (why: Error) => void }[] = [];
let isUp = false;
const open = async (): Promise<Link> => {
  if (!isUp) throw new Error("nobody there");
  let lose!: (why: Error) => void;
  const lost = new Promise<Error>((resolve) => {
    lose = resolve;
  });
  opened.push({ lose });
  return {
    lost,
    request: async (body) => `echo ${body}`,
    ping: async () => undefined,
    close: () => undefined,
  };
};

// 3. It stands in a tree like anybody else. Its place in the pool follows its state, by entry and exit actions.
const Connection = fromMachine(connection);
const peers = createRegistry(system, { keys: "duplicate" });
const input = { open, registry: peers, key: "echo", backoff: { minMs: 5, maxMs: 20 } };
await system.start(
  supervisor({ strategy: "restForOne", children: [peers, Connection.child(input, { id: "connection" })] }),
);
const echo = createRoutingPool(peers, Connection, "echo", { waitMs: 5_000 });
isUp = true;

// 4. A call is an event with somebody who waits: the machine answers now, or from a later state.
await echo.call.ask({ type: "request", body: "hello" }); //=> "echo hello"

// 5. A lost connection is an event, not a crash. It is out of the pool at once, and back by itself.
const member = peers.lookup("echo")[0]?.pid as Pid<typeof Connection>;
const ref = toActorRef<typeof connection>(member);
opened[0]?.lose(new Error("cut"));
await waitFor(ref, (snapshot) => snapshot.matches("disconnected"));
peers.lookup("echo"); //=> []
await echo.call.ask({ type: "request", body: "again" }); //=> "echo again"
peers.lookup("echo").map(({ pid }) => pid === member); //=> [true]

// 6. Draining lets what is under way come to its end, and then the machine does, with its output.
const over = member.down();
member.send({ type: "drain" });
await over; //=> { kind: "normal" }
ref.getSnapshot().output; //=> { served: 2 }

await system.stop();
