/** A throws in a bare microtask; prints why it died, if the process lives to hear of it. */
import { createSystem } from "troupe";
import { boom, Player, wordFor } from "./stage.ts";

const system = createSystem({ logger: false });
const a = await system.start(Player, "a");
a.cast.plays(() =>
  queueMicrotask(() => {
    throw boom();
  }),
);
process.stdout.write(wordFor(await a.down()));
