/**
 * What machines promise, as scenarios whose order is open.
 *
 * @module
 */
import { type Address, createRegistry, debug, isActorError, reply, supervisor } from "troupe";
import { defineStateMachine, fromMachine, postpone, stateTimeout, step } from "troupe/machines";
import type { Run, Scenario } from "troupe/testing";
import { assign, createMachine, fromPromise, sendTo } from "xstate";
import { kernelOf } from "../../src/actors/system.ts";

const boom = new Error("boom");
const PATIENCE_MS = 100;

/** Lets a machine take nothing for a while. @returns was it there? */
function hold(name: Address): Promise<boolean> {
  return debug(name)
    .suspend()
    .then(
      () => true,
      () => false,
    );
}

/** One that has been killed meanwhile has a successor that nobody holds. */
async function release(name: Address): Promise<void> {
  await debug(name)
    .resume()
    .catch(() => undefined);
}

/** A delayed transition comes from the living incarnation, and after its whole stay in the state. */
async function delayedTransitions(t: Run): Promise<void> {
  const system = t.system();
  const { clock } = kernelOf(system).runtime;
  const names = createRegistry(system, { keys: "unique" });
  const entered: number[] = [];
  let wrong: string | undefined;
  const waiting = createMachine({
    id: "waiting",
    context: { incarnation: -1 },
    entry: assign({ incarnation: () => entered.push(Number.NaN) - 1 }),
    initial: "waiting",
    states: {
      waiting: {
        entry: ({ context }) => {
          entered[context.incarnation] = clock.now();
        },
        after: {
          [PATIENCE_MS]: {
            target: "waited",
            actions: ({ context: { incarnation } }) => {
              const stayedMs = clock.now() - (entered[incarnation] as number);
              if (incarnation !== entered.length - 1)
                wrong = `a delayed transition of dead incarnation ${incarnation}`;
              if (stayedMs < PATIENCE_MS) wrong = `a delayed transition after ${stayedMs} ms`;
            },
          },
        },
        on: { AGAIN: { target: "waiting", reenter: true } },
      },
      waited: { on: { AGAIN: "waiting" } },
    },
    on: {
      CRASH: {
        actions: () => {
          throw boom;
        },
      },
    },
  });
  const Waiting = fromMachine(waiting);
  const name = names.via(Waiting, "waiting");
  await system.start(
    supervisor({
      strategy: "restForOne",
      maxRestarts: 9,
      children: [names, Waiting.child(undefined, { name })],
    }),
  );
  t.noLeaks();
  t.invariant(() => wrong === undefined);
  for (let round = 0; round < 3; round += 1) {
    // Suspended, it finds what came meanwhile and what ran out side by side.
    const isHeld = t.choose(2) === 0 && (await hold(name));
    t.go(() => name.send({ type: "AGAIN" } as never));
    if (t.choose(2) === 0) t.go(() => name.send({ type: "CRASH" } as never));
    if (t.choose(3) === 0) t.kill(name);
    await t.advance((t.choose(2) + 1) * (PATIENCE_MS / 2));
    if (isHeld) await release(name);
  }
  await t.quiescent();
  await t.advance(2 * PATIENCE_MS);
  if (wrong !== undefined) throw new Error(wrong);
  const { value } = (await name.call.snapshot()) as { value: unknown };
  if (value !== "waited") throw new Error(`it stays in ${String(value)} for ever`);
}

/** A timeout of a state comes in that state, after the whole stay; a call that is put off is answered in the other. */
async function putOffAndTimedOut(t: Run): Promise<void> {
  const system = t.system();
  const { clock } = kernelOf(system).runtime;
  type Gate = { readonly state: "shut" | "open"; readonly sinceMs: number };
  let wrong: string | undefined;
  const Gate = defineStateMachine({
    name: "gate",
    init: (): Gate => ({ state: "shut", sinceMs: clock.now() }),
    calls: { pass: (gate) => (gate.state === "open" ? reply("passed", gate) : step(gate, postpone())) },
    casts: {
      turn: ({ state }) => ({ state: state === "open" ? "shut" : "open", sinceMs: clock.now() }),
      crash: () => {
        throw boom;
      },
    },
    enter: (gate) => step(gate, stateTimeout(PATIENCE_MS, gate.sinceMs)),
    timeout: (gate, { content }) => {
      if (content !== gate.sinceMs || clock.now() - gate.sinceMs < PATIENCE_MS)
        wrong = "a timeout of another stay";
      return { state: gate.state === "open" ? "shut" : "open", sinceMs: clock.now() };
    },
  });
  const names = createRegistry(system, { keys: "unique" });
  const name = names.via(Gate, "gate");
  await system.start(
    supervisor({
      strategy: "restForOne",
      maxRestarts: 9,
      children: [names, Gate.child(undefined, { name })],
    }),
  );
  t.noLeaks();
  t.invariant(() => wrong === undefined);
  let asked = 0;
  let settled = 0;
  for (let round = 0; round < 3; round += 1) {
    asked += 1;
    t.go(async () => {
      const answer = await name.call
        .pass(undefined, { timeoutMs: Number.POSITIVE_INFINITY })
        .catch((error: unknown) => error);
      settled += 1;
      if (answer !== "passed" && !isActorError(answer)) throw answer;
    });
    const isHeld = t.choose(2) === 0 && (await hold(name));
    if (t.choose(2) === 0) t.go(() => name.cast.turn());
    if (t.choose(4) === 0) t.go(() => name.cast.crash());
    await t.advance((t.choose(2) + 1) * (PATIENCE_MS / 2));
    if (isHeld) await release(name);
  }
  await t.quiescent();
  await t.advance(3 * PATIENCE_MS);
  if (settled !== asked) throw new Error(`${asked - settled} calls that were put off were forgotten`);
}

/** Nothing that a machine has invoked outlives it, or speaks to who let go of it. */
async function childrenOfMachines(t: Run): Promise<void> {
  const system = t.system();
  const names = createRegistry(system, { keys: "unique" });
  let open = 0;
  const working = createMachine({
    id: "working",
    context: { stale: 0, job: 0 },
    initial: "idle",
    states: {
      idle: {
        on: { WORK: "busy" },
        entry: assign({ job: ({ context }) => context.job + 1 }),
      },
      busy: {
        invoke: [
          {
            id: "job",
            src: fromPromise(async ({ input, signal }: { input: number; signal: AbortSignal }) => {
              open += 1;
              signal.addEventListener("abort", () => {
                open -= 1;
              });
              await t.step(`job ${input}`);
              if (!signal.aborted) open -= 1;
              return input;
            }),
            input: ({ context }) => context.job,
            onDone: {
              target: "idle",
              actions: assign({
                stale: ({ context, event }) => context.stale + (event.output === context.job ? 0 : 1),
              }),
            },
          },
          {
            id: "helper",
            src: createMachine({
              on: {
                HELP: {
                  actions: () => {
                    throw boom;
                  },
                },
              },
            }),
            onError: "idle",
          },
        ],
        on: { LEAVE: "idle", HELP: { actions: sendTo("helper", { type: "HELP" }) } },
      },
    },
  });
  const Working = fromMachine(working);
  const name = names.via(Working, "working");
  await system.start(
    supervisor({
      strategy: "restForOne",
      maxRestarts: 9,
      children: [names, Working.child(undefined, { name })],
    }),
  );
  t.noLeaks();
  for (const type of ["WORK", "LEAVE", "WORK", "HELP", "WORK"]) t.go(() => name.send({ type } as never));
  if (t.choose(2) === 0) t.kill(name);
  await t.quiescent();
  const { context } = (await name.call.snapshot()) as { context: { stale: number } };
  if (context.stale > 0) throw new Error("it heard of a job that it had let go of");
  await system.stop();
  if (open !== 0) throw new Error(`${open} jobs are left`);
}

/** By what they show. */
export const MACHINE_SCENARIOS: Readonly<Record<string, Scenario>> = {
  "no delayed transition of a dead incarnation fires": delayedTransitions,
  "a timeout belongs to one stay, and what is put off is answered": putOffAndTimedOut,
  "what a machine invoked ends with it and is not heard of again": childrenOfMachines,
};
