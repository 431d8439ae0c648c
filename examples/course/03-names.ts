/**
 * 03 · Names
 *
 * A restarted child has a new pid, so callers should not hold pids. A registry gives
 * it a name that is looked up at each use. Next: 04, where others learn of a death.
 */
import { createRegistry, createSystem, defineActor, reply, supervisor } from "troupe";

const Counter = defineActor({
  name: "counter",
  init: (start: number) => ({ count: start }),
  calls: {
    add: (state, by: number) => {
      if (by > 100) throw new RangeError(`${by} is too much for me`);
      return reply(state.count + by, { count: state.count + by });
    },
  },
});

// 1. A registry with unique keys, and a typed name: this key, that actor.
const system = createSystem({ logger: false });
const names = createRegistry(system, { keys: "unique" });
const hits = names.via(Counter, "hits");

// 2. The same value names the child and calls it. The registry is the first child: it must be
//    there before anybody is named, and if it goes, the ones after it start again.
await system.start(
  supervisor({ strategy: "restForOne", children: [names, Counter.child(0, { name: hits })] }),
);
await hits.call.add(40); //=> 40

// 3. It crashes, comes back clean, and has kept its name. We called the same value.
await hits.call.add(500).catch((error) => error.code); //=> "ERR_EXITED"
await hits.call.add(2); //=> 2

// 4. The registry can be read by anybody, at once: no process is asked.
names.lookup("hits").length; //=> 1
names.count(); //=> 1
names.whereis("misses"); //=> undefined

// 5. A name that is taken is an answer, not a throw: it is a race every caller must think about.
const other = await system.start(Counter, 7);
names.register("hits", other).ok; //=> false
names.register("spare", other).ok; //=> true

// 6. When a process dies its names are gone before anybody hears of it. Whoever wants to know
//    all along listens: first what is there, then every change, a death with its reason.
const heard: string[] = [];
const { entries } = names.listen(({ type, key }) => heard.push(`${type} ${key}`));
entries.map(({ key }) => key); //=> ["hits", "spare"]
await other.stop();
names.whereis("spare"); //=> undefined
heard; //=> ["down spare"]

await system.stop();
