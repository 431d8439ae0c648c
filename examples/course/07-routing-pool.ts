/**
 * 07 · A routing pool
 *
 * Many processes that do the same work, registered under one key. The pool is a
 * lookup and a strategy: no process stands in the way. Next: 08, one at a time.
 */
import {
  createRegistry,
  createRoutingPool,
  createSystem,
  defineActor,
  reply,
  roundRobin,
  supervisor,
} from "troupe";

// 1. A member joins when it is ready: here at the end of `init`.
const system = createSystem({ logger: false });
const printers = createRegistry(system, { keys: "duplicate" });
const Printer = defineActor({
  name: "printer",
  init: (id: string, self) => {
    printers.register("office", self.pid);
    return { id, jobs: 0 };
  },
  calls: {
    print: (state, page: string) => {
      if (page === "") throw new Error("paper jam");
      return reply(`${state.id}: ${page}`, { ...state, jobs: state.jobs + 1 });
    },
  },
});
const children = ["a", "b", "c"].map((id) => Printer.child(id, { id }));
await system.start(
  supervisor({
    strategy: "restForOne",
    children: [printers, supervisor({ id: "all", strategy: "oneForOne", children })],
  }),
);

// 2. Ask the pool as if it were one of them. Each takes its turn.
const office = createRoutingPool(printers, Printer, "office", { strategy: roundRobin() });
await office.call.print("1"); //=> "a: 1"
await office.call.print("2"); //=> "b: 2"
await office.call.print("3"); //=> "c: 3"
await office.call.print("4"); //=> "a: 4"

// 3. A printer jams. Its caller learns at once; the pool goes on with who is there, and
//    the printer is back, at the end of the line, when its supervisor has started it again.
await office.call.print("").catch((error) => error.code); //=> "ERR_EXITED"
office.stats().members; //=> 3

// 4. A strategy is a plain function of the members: this one always takes the last.
const last = createRoutingPool(printers, Printer, "office", { strategy: (members) => members.length - 1 });
await last.call.print("x"); //=> "b: x"

// 5. A pool without members answers at once, and nothing was handled: retry when you like.
const empty = createRoutingPool(printers, Printer, "warehouse");
await empty.call.print("?").catch((error) => [error.code, error.handled]); //=> ["ERR_NO_MEMBER", "no"]

// 6. To take a printer away without losing a page, let it finish what it has.
const away = office.members()[0]!;
await office.drainMember(away.pid);
office.stats().members; //=> 2
office.resumeMember(away.pid); //=> true

await system.stop();
