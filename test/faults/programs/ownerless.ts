/**
 * A fault outside of any actor, named by the first argument; the second says whether the library is there.
 * Prints `lives` if the process lives on.
 */
import { EventEmitter } from "node:events";

const FAULTS: Readonly<Record<string, () => unknown>> = {
  "a throw in a timer": () =>
    setTimeout(() => {
      throw new RangeError("the host's");
    }, 5),
  "an error with a cause": () =>
    setTimeout(() => {
      throw new Error("the host's", { cause: new TypeError("below") });
    }, 5),
  "a string thrown": () =>
    setTimeout(() => {
      throw "the host's";
    }, 5),
  "an emitter's error": () => setImmediate(() => new EventEmitter().emit("error", new Error("the host's"))),
  "a forgotten rejection": () => void Promise.reject(new Error("the host's")),
  "a rejection with a string": () => void Promise.reject("the host's"),
  "a forgotten async function": () => {
    void (async () => {
      await null;
      throw new Error("the host's");
    })();
  },
  "a throw in a microtask": () =>
    queueMicrotask(() => {
      throw new Error("the host's");
    }),
};

const [, , fault, library] = process.argv;

/** Keeps a system with a busy actor going, beside the fault. */
async function withActors(): Promise<void> {
  const { createSystem } = await import("troupe");
  const { Player } = await import("./stage.ts");
  const system = createSystem({ logger: false });
  const actor = await system.start(Player, "a");
  await actor.call.nothing();
  actor.cast.plays((self) => self.every(1, "tick"));
}

if (library === "with") await withActors();
const FAULT_MS = 10;
setTimeout(() => {
  // Armed beside the fault and due after it, however late this turn comes.
  setTimeout(() => process.stdout.write("lives", () => process.exit()), 4 * FAULT_MS);
  FAULTS[fault as string]?.();
}, FAULT_MS);
