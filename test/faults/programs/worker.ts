/** A system in a worker thread: two of its actors fall, then something fails that nobody owns. */
import { createSystem } from "troupe";
import { boom, type Part, Player, wordFor } from "./stage.ts";

const system = createSystem({ logger: false });

async function fall(part: Part): Promise<void> {
  const actor = await system.start(Player, "a");
  actor.cast.plays(part);
  process.stdout.write(`${wordFor(await actor.down())}\n`);
}

await fall(() => void Promise.reject(boom()));
await fall(() => {
  setTimeout(() => {
    throw boom();
  }, 1);
});
setTimeout(() => {
  throw new Error("the thread's");
}, 1);
setTimeout(() => process.stdout.write("lives\n"), 50);
