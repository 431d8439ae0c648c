/** Exceptions out of the run queue and out of everybody whom it tells; prints who still had a turn. */
import { createSystem, type EventName } from "troupe";
import { attribution } from "../../../src/core/attribution-node.ts";
import { hostRuntime } from "../../../src/core/runtime-host.ts";
import { after, boom, Player, wordFor } from "./stage.ts";

const heard: string[] = [];
let hearTwo = (): void => undefined;
const twoHeard = new Promise<void>((resolve) => {
  hearTwo = resolve;
});
process.on("uncaughtException", (error: Error) => {
  if (heard.push(error.message) === 2) hearTwo();
});

/** Everybody behind a turn that throws, in the same drain and in one that goes on as a macrotask. */
async function turns(): Promise<readonly string[]> {
  const { scheduler } = hostRuntime(attribution);
  const had: string[] = [];
  const turn = (name: string, work: () => void = () => undefined) =>
    scheduler.ready({
      run: () => {
        had.push(name);
        work();
        return 1;
      },
    });
  const fail = (): never => {
    throw new Error("out of a turn");
  };
  turn("first", fail);
  turn("second");
  turn("long", () => {
    const endsAtMs = performance.now() + 10;
    while (performance.now() < endsAtMs);
  });
  turn("third, as a macrotask", fail);
  turn("fourth");
  await after(20);
  turn("fifth");
  await twoHeard;
  await after(5);
  return had;
}

const EVENTS: readonly EventName[] = [
  "process:started",
  "process:exited",
  "process:crashed",
  "message:dead",
  "fault:late",
  "mailbox:high",
];

function raise(): never {
  throw new Error("out of the logger");
}

/** A system in which whoever listens throws. */
async function listeners() {
  const told: string[] = [];
  const system = createSystem({
    logger: { error: raise, warn: raise },
  });
  for (const event of EVENTS) {
    system.telemetry.on(event, () => {
      throw new Error("out of a listener");
    });
  }
  system.telemetry.on("listener:failed", ({ event, error }) => told.push(`${event}: ${String(error)}`));
  const [a, b] = await Promise.all([system.start(Player, "a"), system.start(Player, "b")]);
  a.cast.plays(() => {
    setTimeout(() => {
      throw boom();
    }, 5);
    throw boom();
  });
  a.cast.plays(() => undefined);
  const reason = wordFor(await a.down());
  await after(10);
  const answer = await b.call.nothing();
  await system.stop();
  return { reason, answer, told: [...new Set(told)].sort() };
}

const had = await turns();
const ofTurns = heard.splice(0);
process.stdout.write(JSON.stringify({ had, ofTurns, listeners: await listeners(), ofListeners: heard }));
