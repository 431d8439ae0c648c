/**
 * Two copies of the library, the second in the folder named by the first argument. Prints who took the faults
 * of actors of each; then something fails that no actor owns.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as one from "troupe";
import { after, boom, wordFor } from "./stage.ts";

type Library = typeof one;

const two = (await import(pathToFileURL(join(process.argv[2] as string, "src/index.ts")).href)) as Library;

/** A system of one copy, and all faults it has taken. */
function open({ createSystem, defineActor }: Library) {
  const system = createSystem({ logger: false });
  const taken: string[] = [];
  system.telemetry.on("process:crashed", ({ label, reason }) => taken.push(`${label}: ${wordFor(reason)}`));
  system.telemetry.on("fault:late", ({ label, error }) => taken.push(`late ${label}: ${String(error)}`));
  const Faulty = defineActor({
    name: "faulty",
    init: () => 0,
    casts: {
      throws: (state) => {
        setTimeout(() => {
          throw boom();
        }, 2);
        return state;
      },
      rejects: (state) => {
        void Promise.reject(boom());
        return state;
      },
    },
  });
  return { system, Faulty, taken };
}

type Opened = ReturnType<typeof open>;

async function fail({ system, Faulty }: Opened): Promise<void> {
  for (const how of ["throws", "rejects"] as const) {
    const actor = await system.start(Faulty);
    actor.cast[how]();
    await actor.down();
  }
}

const first = open(one);
const second = open(two);
await fail(first);
const afterFirst = { first: [...first.taken], second: [...second.taken] };
await fail(second);
await after(10);
const afterSecond = { first: [...first.taken], second: [...second.taken] };
await first.system.stop();
await fail(second);
const last = second.taken.slice(afterSecond.second.length);
const sameCode = (one.createSystem as unknown) === two.createSystem;
process.stdout.write(JSON.stringify({ sameCode, afterFirst, afterSecond, last }), () => {
  setTimeout(() => {
    throw new Error("the host's");
  }, 5);
  setTimeout(() => process.stdout.write("lives"), 50);
});
