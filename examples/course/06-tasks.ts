/**
 * 06 · Tasks
 *
 * A task is a function that runs as a process, and whose result its owner waits for.
 * Unlike a bare promise it can be stopped. Next: 07, many that do the same work.
 */
import { awaitMany, createSystem, defineActor, reply, startTask, taskStream, yieldMany } from "troupe";

const PRICES: Readonly<Record<string, number>> = { apple: 3, pear: 4, fig: 7 };

/** What a slow shop would be asked over the network. */
async function priceOf(fruit: string): Promise<number> {
  const price = PRICES[fruit];
  if (price === undefined) throw new RangeError(`no ${fruit} today`);
  return price;
}

// 1. Plain code starts tasks in a system, and waits for one or for all of them.
const system = createSystem({ logger: false });
await startTask(system, () => priceOf("fig")).result(); //=> 7
await awaitMany(["apple", "pear"].map((fruit) => startTask(system, () => priceOf(fruit)))); //=> [3, 4]

// 2. A crash stays in the task: its owner gets the reason, and decides.
const plum = startTask(system, () => priceOf("plum"));
await plum.yield(); //=> { ok: false, reason: { kind: "error", error: RangeError("no plum today") } }

// 3. What takes too long is shut down. The work sees it by its signal, and may put things in order.
const patient = startTask(
  system,
  (self) => new Promise((done) => self.signal.addEventListener("abort", () => done("tidied up"))),
);
await patient.yield({ timeoutMs: 10 }); //=> undefined
await patient.shutdown(1_000); //=> { ok: true, value: "tidied up" }

// 4. The first answer wins, and the others are killed.
const never = startTask(system, () => new Promise<number>(() => undefined));
const racers = [never, startTask(system, () => priceOf("apple"))];
const raced = await yieldMany(racers, { limit: 1 });
raced.map(([, outcome]) => outcome); //=> [undefined, { ok: true, value: 3 }]
await never.shutdown("brutalKill"); //=> undefined

// 5. A stream runs a task an item, two at a time here, and stops them all when the loop is left.
const seen: string[] = [];
const basket = ["apple", "plum", "fig", "pear"];
const prices = taskStream(system, basket, priceOf, { maxConcurrency: 2, zipInputOnExit: true });
for await (const outcome of prices) {
  seen.push(outcome.ok ? `costs ${outcome.value}` : `no ${outcome.input}`);
  if (seen.length === 3) break;
}
seen; //=> ["costs 3", "no plum", "costs 7"]

// 6. In a process a task is linked: its crash is its owner's, unless it says `linked: false`.
const Till = defineActor({
  name: "till",
  init: () => 0,
  calls: {
    add: async (sum, fruit: string, self) => {
      const price = await startTask(self, () => priceOf(fruit)).result();
      return reply(sum + price, sum + price);
    },
    offer: async (sum, fruit: string, self) => {
      const outcome = await startTask(self, () => priceOf(fruit), { linked: false }).yield();
      return reply(outcome?.ok ? outcome.value : "sold out", sum);
    },
  },
});
const till = await system.start(Till);
await till.call.add("pear"); //=> 4
await till.call.offer("plum"); //=> "sold out"
await till.call.add("plum").catch((error) => error.reason.error.message); //=> "no plum today"
await till.down(); //=> { kind: "error", error: RangeError("no plum today") }
await system.stop();
