/** A routing pool over actors that answer when they are told to. */
import { fail, noReply, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { CallSelf } from "../../src/actors/definition.ts";
import type { From } from "../../src/actors/sending.ts";
import { ActorError, type ErrorCode, type Handled } from "../../src/core/errors.ts";
import type { Pid, PidOf } from "../../src/core/pid.ts";
import type { RoutingPoolOptions } from "../../src/pools/routing-options.ts";
import { createRoutingPool } from "../../src/pools/routing-pool.ts";
import { roundRobin } from "../../src/pools/strategies/round-robin.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import type { DuplicateRegistry } from "../../src/registry/registry.ts";
import type { SystemEvents } from "../../src/telemetry/events.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";

type Crew = DuplicateRegistry<string, string>;

/** Joins when it starts. */
export const Hand = defineActor({
  name: "hand",
  init: ({ crew, id }: { crew: Crew; id: string }, self) => {
    crew.register("crew", self.pid, id);
    return { id, held: [] as readonly From<string>[], done: 0 };
  },
  calls: {
    who: (state) => reply(state.id, { ...state, done: state.done + 1 }),
    /** Answers when it is let. */
    hold: (state, _: void, self: CallSelf<string>) => noReply({ ...state, held: [...state.held, self.from] }),
    asker: (state, _: void, self: CallSelf<Pid | undefined>) => reply(self.from.pid, state),
    /** Never ends, and holds up all that comes after it. */
    block: () => new Promise<never>(() => undefined),
    refuse: (state, { code, handled = "no" }: { code: ErrorCode; handled?: Handled }) =>
      fail(new ActorError(code, handled, "refused"), state),
    moan: (state, text: string) => fail(new Error(text), state),
    crash: (_state, text: string) => {
      throw new Error(text);
    },
    done: (state) => reply(state.done, state),
  },
  casts: {
    /** Answers whom it has held longest. */
    let: (state) => {
      state.held[0]?.reply(state.id);
      return { ...state, held: state.held.slice(1) };
    },
    note: (state) => ({ ...state, done: state.done + 1 }),
  },
});

/** A member of the crew. */
export type HandPid = PidOf<typeof Hand>;

/** A pool in turn over hands of these names, and what telemetry told of it. */
export async function crewOf(names: string, options: RoutingPoolOptions = {}) {
  const system = testSystem();
  const crew = createRegistry<string, string>(system, { keys: "duplicate", name: "ship" });
  const pool = createRoutingPool(crew, Hand, "crew", { strategy: roundRobin(), ...options });
  const hands: HandPid[] = [];
  for (const id of names) hands.push(await system.start(Hand, { crew, id }));
  return { system, crew, pool, hands, events: eventsOf(system) };
}

/** Pool events as they come: `["pool:queued", { … }]`. */
export function eventsOf(system: TestSystem): readonly (readonly [string, object])[] {
  const names: readonly (keyof SystemEvents)[] = [
    "pool:queued",
    "pool:granted",
    "pool:dropped",
    "pool:timedOut",
    "pool:retried",
    "pool:hedged",
    "pool:overrun",
    "pool:member",
  ];
  const events: [string, object][] = [];
  for (const name of names) system.telemetry.on(name, (payload) => events.push([name, payload]));
  return events;
}
