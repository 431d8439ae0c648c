import fc from "fast-check";
import { fromMachine, toActorRef } from "troupe/machines";
import { testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";
import { type AnyActorRef, type AnyMachineSnapshot, createActor, SimulatedClock } from "xstate";
import { depthOf } from "../depth.ts";
import { type Charted, charts } from "./charts.ts";

type Event = Charted["events"][number];
/** An event, or 100 ms. */
type Move = Event | 100;

interface Seen {
  readonly snapshots: unknown[];
  readonly emitted: unknown[];
}

/** What of a snapshot can be compared, its children's with it. */
function shown(snapshot: AnyMachineSnapshot): unknown {
  const { value, context, status, output, error } = snapshot;
  const children = Object.entries((snapshot.children ?? {}) as Record<string, AnyActorRef>);
  return {
    value,
    context,
    status,
    output,
    error: error instanceof Error ? error.message : error,
    children: Object.fromEntries(children.map(([id, child]) => [id, shown(child.getSnapshot())])),
  };
}

/** All that is due without time passing, promises of promises too. */
async function microtasks(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

async function underXState({ machine }: Charted, moves: readonly Move[]): Promise<Seen> {
  const clock = new SimulatedClock();
  const actor = createActor(machine, { clock });
  const seen: Seen = { snapshots: [], emitted: [] };
  actor.on("*", (emitted) => seen.emitted.push(emitted));
  actor.subscribe({ error: () => undefined });
  actor.start();
  for (const move of moves) {
    if (typeof move === "number") clock.increment(move);
    else if (actor.getSnapshot().status === "active") actor.send(move);
    await microtasks();
    seen.snapshots.push(shown(actor.getSnapshot()));
  }
  actor.stop();
  return seen;
}

async function asProcess({ machine }: Charted, moves: readonly Move[]): Promise<Seen> {
  await using system = testSystem();
  const ref = toActorRef(await system.start(fromMachine(machine)));
  const seen: Seen = { snapshots: [], emitted: [] };
  ref.on("*", (emitted: unknown) => seen.emitted.push(emitted));
  for (const move of moves) {
    if (typeof move === "number") await system.advance(move);
    else ref.send(move as never);
    await microtasks();
    await system.settle();
    seen.snapshots.push(shown(ref.getSnapshot()));
  }
  return seen;
}

describe("Chart", () => {
  it.each(Object.entries(charts))(
    "SM14 %s: has the snapshots that XState's own interpreter has",
    async (_name, charted) => {
      const move = fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...charted.events) },
        fc.constant(100 as const),
      );
      await fc.assert(
        fc.asyncProperty(fc.array<Move>(move, { maxLength: 20 }), async (moves) => {
          expect(await asProcess(charted, moves)).toEqual(await underXState(charted, moves));
        }),
        { numRuns: depthOf(60) },
      );
    },
  );
});
