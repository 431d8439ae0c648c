import { createRegistry, defineActor, dynamicSupervisor, reply, type System } from "troupe";
import { below, type Chance, type Load, type Workload } from "../workload.ts";

const CHILDREN = 25;
const ROUNDS = 40;

const Fragile = defineActor({
  name: "fragile",
  init: (_id: number, self) => {
    self.own({}, () => undefined);
    self.every(60_000, "tick");
    return { handled: 0 };
  },
  calls: {
    ask: (state) => reply(state.handled, state),
    throwing: (): never => {
      throw new Error("in a call");
    },
    rejecting: async (): Promise<never> => {
      throw new Error("after an await");
    },
  },
  casts: {
    throwing: () => {
      throw new Error("in a cast");
    },
    // found by Node at the turn's end, and given to the process in whose context it was forgotten
    forgetting: (state) => {
      void Promise.reject(new Error("forgotten"));
      return state;
    },
  },
  info: (state, _message: "tick") => state,
});

/** Named children of a dynamic supervisor crash in five ways, and come back under their names. */
export const crashes: Workload = {
  id: "crashes",
  about: "supervised actors crash and come back",
  open: async (system: System, chance: Chance): Promise<Load> => {
    const names = createRegistry(system, { keys: "unique" });
    const app = await system.start(dynamicSupervisor({ maxRestarts: 1_000_000, periodMs: 20 }));
    const actors = Array.from({ length: CHILDREN }, (_, id) =>
      names.via(Fragile, `fragile ${id}`, { waitMs: 1_000 }),
    );
    for (const [id, name] of actors.entries()) await app.call.startChild(Fragile.child(id, { name }));
    const ways: readonly ((actor: (typeof actors)[number]) => unknown)[] = [
      (actor) => actor.call.throwing().catch(() => undefined),
      (actor) => actor.call.rejecting().catch(() => undefined),
      (actor) => actor.cast.throwing(),
      (actor) => actor.cast.forgetting(),
      (actor) => actor.exit("kill"),
    ];
    const crash = async (actor: (typeof actors)[number]): Promise<void> => {
      const down = actor.down();
      ways[below(chance, ways.length)]!(actor);
      await down;
      await actor.call.ask();
    };
    return {
      round: async () => {
        for (let i = 0; i < ROUNDS; i += 1) await Promise.all(actors.map(crash));
        return ROUNDS * CHILDREN;
      },
      counts: () => ({ "registry entries": names.count() }),
    };
  },
};
