import { createPubSub, createRegistry, type Pid, type Speaks } from "troupe";
import { startCounter, system, takenFrom, type Works } from "./cast.ts";

/** Registries: joining and leaving, looking up, telling all of a key. */
export async function names(): Promise<Works> {
  const counter = await startCounter();
  const unique = createRegistry<string | readonly [string, number]>(system, { keys: "unique" });
  unique.register("counter", counter);
  unique.register(["counter", 1], counter);
  const duplicate = createRegistry(system, { keys: "duplicate" });
  const group = [await startCounter(), await startCounter(), await startCounter()];
  const topics = createPubSub<number>(system);
  for (const member of group) {
    duplicate.register("group", member);
    topics.subscribe("topic", member);
  }
  const heard = async (): Promise<number> => {
    let sum = 0;
    for (const member of group) sum += await takenFrom(member);
    return sum / group.length;
  };

  return {
    "register and unregister": (operations) => {
      let done = 0;
      for (let i = 0; i < operations; i += 1)
        if (unique.register("name", counter).ok && unique.unregister("name", counter)) done += 1;
      return done;
    },
    "register and unregister a tuple": (operations) => {
      let done = 0;
      for (let i = 0; i < operations; i += 1)
        if (unique.register(["name", i], counter).ok && unique.unregister(["name", i], counter)) done += 1;
      return done;
    },
    "join and leave": (operations) => {
      let done = 0;
      for (let i = 0; i < operations; i += 1)
        if (duplicate.register("group", counter).ok && duplicate.unregister("group", counter)) done += 1;
      return done;
    },
    lookup: (operations) => {
      let found = 0;
      for (let i = 0; i < operations; i += 1) found += unique.lookup("counter").length;
      return found;
    },
    "lookup of a tuple": (operations) => {
      const key = ["counter", 1] as const;
      let found = 0;
      for (let i = 0; i < operations; i += 1) found += unique.lookup(key).length;
      return found;
    },
    "lookup of a group": (operations) => {
      let found = 0;
      for (let i = 0; i < operations; i += 1) found += duplicate.lookup("group").length;
      return found / group.length;
    },
    whereis: (operations) => {
      let found = 0;
      for (let i = 0; i < operations; i += 1) if (unique.whereis("counter") === counter) found += 1;
      return found;
    },
    "dispatch to three": (operations) => {
      const tell = (entries: readonly { readonly pid: Pid }[]): void => {
        for (const { pid } of entries) (pid as Pid<Speaks<{}, {}, number>>).send(1);
      };
      for (let i = 0; i < operations; i += 1) duplicate.dispatch("group", tell);
      return heard();
    },
    "broadcast to three": (operations) => {
      for (let i = 0; i < operations; i += 1) topics.broadcast("topic", 1);
      return heard();
    },
  };
}
