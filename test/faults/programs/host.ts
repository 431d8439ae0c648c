/** A host with listeners of its own, set before and after the system; prints what they heard. */
import { createSystem } from "troupe";
import { after, boom, Player, wordFor } from "./stage.ts";

const heard: string[] = [];

function listen(when: string): void {
  process.on("uncaughtException", (error: Error, origin) =>
    heard.push(`${when}: ${origin}: ${error.message}`),
  );
  process.on("unhandledRejection", (reason) => heard.push(`${when}: rejected: ${String(reason)}`));
  process.on("uncaughtExceptionMonitor", (error: Error) =>
    heard.push(`${when}: monitored: ${error.message}`),
  );
}

/** What the host may see of the listeners on its process. */
function counts(): readonly number[] {
  return (["uncaughtException", "unhandledRejection", "uncaughtExceptionMonitor"] as const).map((event) =>
    process.listenerCount(event),
  );
}

/** What the host heard meanwhile. */
async function hears(what: () => unknown): Promise<readonly string[]> {
  heard.length = 0;
  await what();
  await after(20);
  return [...heard];
}

/** One fault of each kind that nobody owns. */
function hostFaults(): void {
  setTimeout(() => {
    throw new Error("thrown");
  }, 5);
  void Promise.reject(new Error("rejected"));
}

/** One fault of each kind, each by an actor of its own. */
async function actorFaults(system: ReturnType<typeof createSystem>): Promise<readonly string[]> {
  const [a, b] = await Promise.all([system.start(Player, "a"), system.start(Player, "b")]);
  a.cast.plays(() =>
    setTimeout(() => {
      throw boom();
    }, 5),
  );
  b.cast.plays(() => void Promise.reject(boom()));
  return Promise.all([a.down().then(wordFor), b.down().then(wordFor)]);
}

const none = counts();
listen("before");
const system = createSystem({ logger: false });
listen("after");
const both = counts();
const ownerless = await hears(hostFaults);
let fates: readonly string[] = [];
const owned = await hears(async () => {
  fates = await actorFaults(system);
});
const second = createSystem({ logger: false });
const withTwo = await hears(() => actorFaults(second));
await system.stop();
const afterOneStopped = await hears(() => actorFaults(second));
await second.stop();
const stopped = await hears(hostFaults);
const third = createSystem({ logger: false });
const again = await hears(() => actorFaults(third));
const ownerlessAgain = await hears(hostFaults);
// Somebody puts back a `process.emit` of before, as spies do.
process.emit = Object.getPrototypeOf(Object.getPrototypeOf(process)).emit;
const fourth = createSystem({ logger: false });
const afterSpy = await hears(() => actorFaults(fourth));
await Promise.all([third.stop(), fourth.stop()]);
process.stdout.write(
  JSON.stringify({
    counts: { none, both, last: counts() },
    ownerless,
    owned,
    fates,
    withTwo,
    afterOneStopped,
    stopped,
    again,
    ownerlessAgain,
    afterSpy,
  }),
);
