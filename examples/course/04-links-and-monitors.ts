/**
 * 04 · Links and monitors
 *
 * A monitor tells one process of another's death. A link joins two fates, unless
 * one of them traps. Next: 05, children that come and go.
 */
import { createSystem, defineActor, type Pid, reply } from "troupe";

const Worker = defineActor({ name: "worker", init: () => 0 });

// 1. A watcher monitors: it gets one `down` a monitor, and lives.
interface Seen {
  readonly deaths: readonly string[];
}
const Watcher = defineActor({
  name: "watcher",
  init: (): Seen => ({ deaths: [] }),
  casts: {
    watch: (seen, who: Pid, self) => {
      self.monitor(who);
      return seen;
    },
  },
  down: ({ deaths }, { reason }) => ({ deaths: [...deaths, reason.kind] }),
  calls: { deaths: (seen) => reply(seen.deaths, seen) },
});

const system = createSystem({ logger: false });
const watcher = await system.start(Watcher);
const one = await system.start(Worker);
watcher.cast.watch(one);
await watcher.call.deaths(); //=> []
one.exit("kill");
await one.down(); //=> { kind: "killed" }
await watcher.call.deaths(); //=> ["killed"]

// 2. `self.start` links: parent and child go together when either ends abnormally.
const Parent = defineActor({
  name: "parent",
  init: async (_: void, self) => ({ child: await self.start(Worker) }),
  calls: { child: (state) => reply(state.child, state) },
});
const parent = await system.start(Parent);
const child = await parent.call.child();
child.exit(new Error("boom"));
await parent.down(); //=> { kind: "error", error: Error("boom") }

// 3. With an `exit` handler it traps: the exit is a message, and the parent decides.
const Careful = defineActor({
  name: "careful",
  init: async (_: void, self) => ({ child: await self.start(Worker), losses: 0 }),
  exit: async (state, _exit, self) => ({ child: await self.start(Worker), losses: state.losses + 1 }),
  calls: { child: (state) => reply(state.child, state), losses: (state) => reply(state.losses, state) },
});
const careful = await system.start(Careful);
const first = await careful.call.child();
first.exit("kill");
await first.down(); //=> { kind: "killed" }
await careful.call.losses(); //=> 1
(await careful.call.child()) === first; //=> false

// That is a supervisor, written by hand; the library's own does it better.
await system.stop();
