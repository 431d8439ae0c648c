/**
 * 14 · Process pools, rebuilt
 *
 * The post "Process pools with Elixir's Registry" over real sockets: a resource, a naive pool, a supervised one,
 * one that knows who is connected. docs/process-pools.md tells what each lacked. Next: 15, whose turn it is.
 */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createRegistry, createRoutingPool, createSystem, roundRobin, supervisor } from "troupe";
import { defineMultiplexed, lengthPrefixed } from "troupe/resources/multiplexed";

// 1. A server that answers in capitals, and hangs up when it is told to.
const wire = lengthPrefixed<string, string>({
  write: (text) => text,
  read: (body) => new TextDecoder().decode(body),
});
const server = createServer((socket) => {
  const frames = wire.decoder();
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    for (const frame of frames.push(chunk)) {
      const asked = "value" in frame ? frame.value : "";
      if (asked === "hang up") socket.destroy();
      else socket.write(wire.encode(frame.id, asked.toUpperCase()));
    }
  });
});
await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = server.address() as AddressInfo;

// 2. The resource: one socket, many requests on their way at once, answered in any order. It is registered
//    while it is connected, and at no other time.
const system = createSystem({ logger: false });
const names = createRegistry(system, { keys: "unique", name: "names" });
const connections = createRegistry(system, { keys: "duplicate", name: "connections" });
const Fanta = defineMultiplexed({ name: "fanta", codec: wire });
const one = { port, join: { registry: connections, key: "fanta" }, backoff: { minMs: 1, maxMs: 10 } };

// 3. The naive pool is a lookup and a strategy: no process stands in the path. It is empty, and says so.
const fanta = createRoutingPool(connections, Fanta, "fanta", { strategy: roundRobin() });

// 4. The supervised pool: when the registries go, all goes; when a connection goes, it alone. `init` connects to
//    nothing, so a server that is down spends no restart, at boot as little as later.
const ids = ["a", "b", "c"];
const children = ids.map((id) => Fanta.child(one, { id, name: names.via(Fanta, id) }));
await system.start(
  supervisor({
    strategy: "restForOne",
    children: [names, connections, supervisor({ id: "all", strategy: "oneForOne", children })],
  }),
);
const everybody = () => Promise.all(ids.map((id) => names.via(Fanta, id).call.ready()));
await everybody();
fanta.stats().members; //=> 3
await Promise.all(["one", "two", "three"].map((text) => fanta.call.request(text))); //=> ["ONE", "TWO", "THREE"]

// 5. The peer hangs up. Who waits for an answer hears at once, by no timeout; the connection has left the pool
//    when he does, and is back by itself. Nothing crashed.
await fanta.call.request("hang up").catch((error) => error.code); //=> "ERR_DISCONNECTED"
fanta.stats().members; //=> 2
await everybody();
fanta.stats().members; //=> 3

// 6. When all is over the pool has nobody, and says that nothing was handled.
await system.stop();
await fanta.call.request("?").catch((error) => error.handled); //=> "no"
server.close();
