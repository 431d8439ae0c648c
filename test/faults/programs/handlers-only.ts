/** A system that catches what handlers throw and nothing else; prints what the host heard of the rest. */
import { createSystem } from "troupe";
import { boom, type Part, Player, wordFor } from "./stage.ts";

const [, , host] = process.argv;
const hear: ((what: string) => void)[] = [];
if (host === "listens") {
  process.on("uncaughtException", (error: Error) => hear.shift()?.(`thrown: ${error.message}`));
  process.on("unhandledRejection", (reason) => hear.shift()?.(`rejected: ${String(reason)}`));
}

const system = createSystem({ logger: false, faults: "handlersOnly" });

/** Why an actor died that did this. */
async function fall(how: "plays" | "awaits", part: Part): Promise<string> {
  const actor = await system.start(Player, "a");
  actor.cast[how](part);
  return wordFor(await actor.down());
}

/** What the host heard when an actor did this; the actor answers afterwards. */
async function hostHears(part: Part): Promise<string> {
  const actor = await system.start(Player, "a");
  const heard = new Promise<string>((resolve) => hear.push(resolve));
  actor.cast.plays(part);
  return `${await heard}; ${(await actor.call.nothing()) === 1 ? "lives" : "is another"}`;
}

const throws = await fall("plays", () => {
  throw boom();
});
const rejects = await fall("awaits", () => Promise.reject(boom()));
const promise = await hostHears(() => void Promise.reject(boom()));
const timer = await hostHears(() => {
  setTimeout(() => {
    throw boom();
  }, 1);
});
await system.stop();
process.stdout.write(JSON.stringify({ throws, rejects, promise, timer }));
