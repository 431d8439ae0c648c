/**
 * 15 · Whose turn it is
 *
 * The second half of the post: round robin by a counter, round robin by who was last, and the least busy, which
 * the post names and leaves to its readers.
 */
import {
  type CallSelf,
  createRegistry,
  createRoutingPool,
  createSystem,
  defineActor,
  leastBusy,
  noReply,
  type Pid,
  reply,
  roundRobin,
} from "troupe";
import { createTable } from "troupe/resources/table";

// 1. The counter of the post: a table whose owner does nothing else. It counts in one step for everybody, and begins
//    again after the last member instead of growing for ever.
const system = createSystem({ logger: false });
const FantaTable = defineActor({
  name: "fanta-table",
  init: (_: undefined, self) => createTable<string, number>(self, { name: "turns", access: "public" }),
  calls: { table: (table) => reply(table, table) },
});
const turns = await (await system.start(FantaTable)).call.table();
const index = (members: number) =>
  turns.updateCounter("turn", { by: 1, threshold: members - 1, resetTo: 0 }, -1);

// 2. Three members, and a pool whose strategy is that counter. When one leaves, the others move up, and a turn is lost:
//    after a, b and c were served, the next is not a but d.
const bottles = createRegistry(system, { keys: "duplicate" });
const Bottle = defineActor({
  name: "bottle",
  init: (name: string, self) => {
    bottles.register("fanta", self.pid);
    return { name, held: (): void => undefined };
  },
  calls: {
    name: (bottle) => reply(bottle.name, bottle),
    hold: (bottle, _why: string, self: CallSelf<string>) => {
      const { from } = self;
      return noReply({ ...bottle, held: () => from.reply(bottle.name) });
    },
  },
  casts: {
    letGo: (bottle) => {
      bottle.held();
      return bottle;
    },
  },
});
const [a, , , d] = await Promise.all(["a", "b", "c", "d"].map((name) => system.start(Bottle, name)));
const counted = createRoutingPool(bottles, Bottle, "fanta", { strategy: (members) => index(members.length) });
[await counted.call.name(), await counted.call.name()]; //=> ["a", "b"]
await a?.stop();
await counted.call.name(); //=> "d"

// 3. Strict turns remember who was last, not how many: nobody is skipped, whoever comes and goes.
await system.start(Bottle, "e");
const strict = createRoutingPool(bottles, Bottle, "fanta", { strategy: roundRobin() });
[await strict.call.name(), await strict.call.name()]; //=> ["b", "c"]
await d?.stop();
[await strict.call.name(), await strict.call.name()]; //=> ["e", "b"]

// 4. The least busy counts what each has not answered yet, and needs no counter of its own.
const idlest = createRoutingPool(bottles, Bottle, "fanta", { strategy: leastBusy() });
const held = idlest.call.hold("to be busy");
const others = await Promise.all([idlest.call.name(), idlest.call.name()]);
for (const { pid } of bottles.lookup("fanta")) (pid as Pid<typeof Bottle>).cast.letGo();
others.includes(await held); //=> false

await system.stop();
