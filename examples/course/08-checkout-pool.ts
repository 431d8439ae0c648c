/**
 * 08 · A checkout pool
 *
 * Some things serve one at a time: a socket, a transaction. A checkout pool lends
 * one to one borrower, and gets it back whatever happens to the borrower.
 */
import { createCheckoutPool, createSystem, defineActor, reply } from "troupe";

// 1. A resource is opened, lent many times, and closed. Ours only counts; yours has a socket.
let opened = 0;
const closed: number[] = [];
const system = createSystem({ logger: false });
const desks = createCheckoutPool(system, {
  size: 1,
  resource: {
    open: () => {
      opened += 1;
      return { number: opened };
    },
    close: (desk) => void closed.push(desk.number),
  },
});

// 2. `use` lends it for as long as the function runs. One that throws may have left it half used, so
//    it is closed, and the next borrower gets a new one.
await desks.use((desk) => desk.number); //=> 1
await desks.use(() => Promise.reject(new Error("mine"))).catch((error) => error.message); //=> "mine"

// 3. One loan at a time: the second waits its turn, and no longer than it said.
const lease = await desks.checkout();
await desks.checkout({ timeoutMs: 10 }).catch((error) => error.code); //=> "ERR_CHECKOUT_TIMEOUT"
const { idle, lent } = desks.stats();
[idle, lent]; //=> [0, 1]
await lease.checkin();

// 4. A borrower that dies gives its loan up, and that one is closed as well.
const Clerk = defineActor({
  name: "clerk",
  init: async () => ({ lease: await desks.checkout() }),
  calls: { desk: (state) => reply(state.lease.resource.number, state) },
});
const clerk = await system.start(Clerk);
await clerk.call.desk(); //=> 2
clerk.exit("kill");
await desks.use((desk) => desk.number); //=> 3
closed; //=> [1, 2]

// 5. What you know to be broken you give back as such.
const broken = await desks.checkout();
await broken.checkin("discard");
await desks.use((desk) => desk.number); //=> 4

await system.stop();
