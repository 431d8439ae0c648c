/**
 * 11 · Testing with a clock and an order of your own
 *
 * Time and order are handed in, so a test can own both: an hour passes at once, and
 * what only some orders show is looked for in all of them, and found again.
 */
import { defineActor, reply } from "troupe";
import { explore, type Run, replay, testSystem } from "troupe/testing";

const Till = defineActor({
  name: "till",
  init: (_: void, self) => {
    self.every(60_000, "minute");
    return { money: 0, minutes: 0 };
  },
  info: (till, _message: "minute") => ({ ...till, minutes: till.minutes + 1 }),
  calls: {
    minutes: (till) => reply(till.minutes, till),
    read: (till) => reply(till.money, till),
    write: (till, money: number) => reply(undefined, { ...till, money }),
    add: (till, by: number) => reply(till.money + by, { ...till, money: till.money + by }),
  },
});

// 1. The clock stands still until you move it. An hour takes as long as what happens in it.
const system = testSystem();
const till = await system.start(Till);
await system.advance(3_600_000);
await till.call.minutes(); //=> 60
await system[Symbol.asyncDispose]();

// 2. Two cashiers, and a till that is read first and written later. Who goes first is open: a
//    scenario leaves it so. `t.go` runs code beside the rest, `t.step` lets others go on before.
async function cashiers(t: Run): Promise<void> {
  const till = await t.system().start(Till);
  for (const name of ["ann", "bob"]) {
    t.go(async () => {
      await t.step(`${name} comes in`);
      const money = await till.call.read();
      await till.call.write(money + 1);
    });
  }
  await t.quiescent();
  if ((await till.call.read()) !== 2) throw new Error("money is missing");
}

// 3. Explored, it fails in some order, and the message says in which: a schedule of few choices.
const found = await explore("cashiers", cashiers).catch((error) => error);
found.cause.message; //=> "money is missing"
found.choices <= 3; //=> true

// 4. The schedule plays exactly that order again: today's bug, tomorrow's test.
const again = await replay("cashiers", found.schedule, cashiers).catch((error) => error);
again.cause.message; //=> "money is missing"
again.trace.length === found.trace.length; //=> true

// 5. One call that adds cannot be cut in two. It holds in all orders, and when the till is killed
//    at any time: who was not served learns it, and nothing is left behind.
await explore("one call", async (t) => {
  const till = await t.system().start(Till);
  let served = 0;
  for (let i = 0; i < 2; i += 1)
    t.go(() =>
      till.call
        .add(1)
        .then(() => (served += 1))
        .catch(() => 0),
    );
  t.kill(till);
  await t.quiescent();
  t.invariant(() => served <= 2);
  t.noLeaks();
}); //=> undefined
