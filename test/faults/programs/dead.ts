/** What a process does after its end; prints what became of it. */
import { createSystem, defineActor, isActorError, reply, type System } from "troupe";
import { kernelOf } from "../../../src/actors/system.ts";
import { after, boom, Player, play, type Scene, wordFor } from "./stage.ts";

/** Everything a system says of late faults and dead letters. */
function listen(system: System): { readonly late: string[]; readonly letters: string[] } {
  const late: string[] = [];
  const letters: string[] = [];
  system.telemetry.on("fault:late", ({ label, error }) => late.push(`${label}: ${String(error)}`));
  system.telemetry.on("message:dead", ({ kind, why }) => letters.push(`${kind}: ${why}`));
  return { late, letters };
}

const lateTimer: Scene = ({ a }) => {
  a.cast.plays(() => {
    setTimeout(() => {
      throw boom();
    }, 15);
  });
  setTimeout(() => a.exit("kill"), 5);
};

const twoFaults: Scene = ({ a }) =>
  a.cast.plays(() => {
    void Promise.reject(boom());
    void Promise.reject(new Error("second"));
  });

const faultAndThrow: Scene = ({ a }) =>
  a.cast.plays(() => {
    process.nextTick(() => {
      throw new Error("second");
    });
    throw boom();
  });

const lateReply: Scene = async ({ system }) => {
  const { promise, reject } = withReject();
  const Slow = defineActor({
    name: "slow",
    init: () => 0,
    calls: { ask: (state) => reply(promise, state) },
  });
  const slow = await system.start(Slow);
  void slow.call.ask().catch(() => undefined);
  setTimeout(() => slow.exit("kill"), 5);
  setTimeout(() => reject(boom()), 15);
};

async function detached() {
  const system = createSystem({ logger: false });
  const { late, letters } = listen(system);
  const [a, b] = await Promise.all([system.start(Player, "a"), system.start(Player, "b")]);
  const zombies: number[] = [];
  const refused: string[] = [];
  let heardByB = 0;
  const gate = withReject();
  const ran = new Promise<void>((resolve) => {
    a.cast.awaits(async () => {
      await after(20);
      zombies.push(kernelOf(system).zombies);
      b.cast.plays(() => {
        heardByB += 1;
      });
      b.send("news" as never);
      await b.call
        .nothing()
        .catch((error: unknown) => refused.push(isActorError(error) ? error.code : String(error)));
      resolve();
      await gate.promise;
    });
  });
  await after(5);
  a.exit("kill");
  const reason = wordFor(await a.down());
  await ran;
  gate.reject(boom());
  await after(5);
  zombies.push(kernelOf(system).zombies);
  await new Promise<void>((resolve) => b.cast.plays(() => resolve()));
  await system.stop();
  return { reason, zombies, refused, heardByB, late, letters };
}

/** A fault after the last system has stopped still has an owner. */
async function afterStop() {
  const system = createSystem({ logger: false });
  const { late } = listen(system);
  const a = await system.start(Player, "a");
  a.cast.plays(() => {
    setTimeout(() => void Promise.reject(boom()), 15);
  });
  await after(5);
  await system.stop();
  await after(20);
  return { late };
}

/** A fault while an asynchronous `init` runs. */
async function inInit() {
  const system = createSystem({ logger: false });
  const { late } = listen(system);
  let terminated = false;
  const Slow = defineActor({
    name: "slow",
    init: async () => {
      setTimeout(() => {
        throw boom();
      }, 5);
      await after(10_000_000);
      return { ready: true };
    },
    terminate: () => {
      terminated = true;
    },
  });
  const failure: unknown = await system.start(Slow).catch((error: unknown) => error);
  await system.stop();
  return { failure: String(failure), terminated, late };
}

function withReject(): { readonly promise: Promise<object>; readonly reject: (error: Error) => void } {
  let reject!: (error: Error) => void;
  const promise = new Promise<object>((_resolve, rejected) => {
    reject = rejected;
  });
  return { promise, reject };
}

const outcomes = {
  lateTimer: await play(lateTimer),
  twoFaults: await play(twoFaults),
  faultAndThrow: await play(faultAndThrow),
  lateReply: await play(lateReply),
  detached: await detached(),
  afterStop: await afterStop(),
  inInit: await inInit(),
};
process.stdout.write(JSON.stringify(outcomes), () => process.exit());
