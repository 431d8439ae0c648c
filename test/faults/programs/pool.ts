/** A resource of a pool fails in a timer while it is lent; prints what became of all that had to do with it. */
import { createCheckoutPool, createSystem, defineActor, reply } from "troupe";
import { boom, wordFor } from "./stage.ts";

interface Connection {
  readonly id: number;
  breaks(): void;
}

const system = createSystem({ logger: false });
const faults: string[] = [];
const faulted = new Promise<void>((resolve) => {
  system.telemetry.on("resource:fault", ({ pool, error }) => {
    faults.push(`${pool}: ${String(error)}`);
    resolve();
  });
});

let opened = 0;
const pool = createCheckoutPool(system, {
  size: 1,
  resource: {
    // The fault comes up in the resource's own context, as that of a socket does.
    open: (): Connection => {
      opened += 1;
      let breaks!: () => void;
      void new Promise<void>((resolve) => {
        breaks = resolve;
      }).then(() => {
        throw boom();
      });
      return { id: opened, breaks };
    },
    close: () => undefined,
  },
});

const Borrower = defineActor({
  name: "borrower",
  init: () => 0,
  calls: {
    borrows: async (state, breaks: boolean) =>
      reply(
        await pool.use(async (connection) => {
          if (breaks) {
            connection.breaks();
            await faulted;
          }
          return connection.id;
        }),
        state,
      ),
  },
});

const borrower = await system.start(Borrower);
const before = await borrower.call.borrows(false);
const broken = await borrower.call.borrows(true).catch((error: unknown) => String(error));
const next = await borrower.call.borrows(false).catch((error: unknown) => String(error));
let fate = "lives";
void borrower.down().then((reason) => {
  fate = wordFor(reason);
});
await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(JSON.stringify({ before, broken, next, faults, fate }));
await system.stop();
