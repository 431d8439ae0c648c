/** An application whose behaviour the first argument names. Says `open` when its tree has started. */
import { defineActor, supervisor } from "troupe";
import { application, type Root, type RootContext } from "troupe/node";

const [, , scenario = ""] = process.argv;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Closes in order, unless told to hang; gives back what it owns in any case. */
const Till = defineActor({
  name: "till",
  init: ({ id, hangs }: { id: string; hangs: boolean }, self) => {
    self.own(id, () => say(`${id} gives back its keys`));
    return { id, hangs };
  },
  exit: (state) => state,
  terminate: ({ id, hangs }) => {
    say(`${id} closes`);
    return hangs ? new Promise<void>(() => undefined) : undefined;
  },
});

const Glass = defineActor({
  name: "glass",
  init: (_: void, self) => {
    self.send("fall");
    return 0;
  },
  info: (_drops, message: "fall"): number => {
    throw new RangeError(`${message}en on the floor`);
  },
});

const Broken = defineActor({
  name: "broken",
  init: (): number => {
    throw new RangeError("no key for the door");
  },
});

/** Its work comes to an end. */
const Errand = defineActor({
  name: "errand",
  init: (done: () => void, self) => {
    self.send("back");
    return done;
  },
  info: (done, _message: "back") => {
    done();
    return done;
  },
});

function tills(hangs = false): Root {
  const till = (id: string) =>
    Till.child({ id, hangs: hangs && id === "left" }, { id, shutdownMs: "infinity" });
  return supervisor({ id: "tills", strategy: "oneForOne", children: [till("left"), till("right")] });
}

function inShop(child: Root, maxRestarts: number): Root {
  return supervisor({ id: "app", strategy: "oneForOne", maxRestarts, children: [child] });
}

const shelf = supervisor({ id: "shelf", strategy: "oneForOne", maxRestarts: 2, children: [Glass] });

async function preparing({ signal }: RootContext): Promise<Root> {
  say("preparing");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  say("preparing has been called off");
  return tills();
}

const ROOTS: Readonly<Record<string, Root | ((context: RootContext) => Root | Promise<Root>)>> = {
  idle: tills(),
  leaky: tills(),
  stray: tills(),
  hangs: tills(true),
  "hangs for good": tills(true),
  "gives up": inShop(shelf, 1),
  crashes: Glass,
  broken: inShop(supervisor({ id: "door", strategy: "oneForOne", children: [Broken] }), 3),
  errand: ({ stop }) => Errand.child(stop),
  preparing,
};

const root = ROOTS[scenario];
if (root === undefined) throw new Error(`no scenario ${scenario}`);
if (scenario === "leaky") setInterval(() => undefined, 1_000);
if (scenario === "stray") {
  setTimeout(() => {
    throw new RangeError("nobody's");
  }, 20);
}
// Fires only while something else keeps the loop going.
setTimeout(() => say("still there"), 50).unref();
process.once("exit", (code) => say(`exit ${code}`));

await application({
  name: "shop",
  logger: false,
  root: typeof root === "function" ? (_system, context) => root(context) : root,
  deadlineMs: scenario === "hangs" ? 50 : Number.POSITIVE_INFINITY,
}).run({ onStarted: () => say("open") });
