/**
 * What supervisors promise while children crash, start slowly and are called off, as scenarios whose order is open.
 *
 * @module
 */
import {
  childSpec,
  createRegistry,
  defineActor,
  dynamicSupervisor,
  type Pid,
  reply,
  supervisor,
} from "troupe";
import type { Run, Scenario } from "troupe/testing";
import { modelOfSupervisors } from "./supervisor-model.ts";

/** Members that count how many of each id live; `slow` ones take their time to start and to close. */
function members(t: Run) {
  const living = new Map<string, number>();
  const count = (id: string, by: number): void => void living.set(id, (living.get(id) ?? 0) + by);
  const Member = defineActor({
    name: "member",
    init: async ({ id, slow }: { id: string; slow: boolean }, self) => {
      count(id, 1);
      self.own(id, async () => {
        if (slow) await t.step(`close ${id}`);
        count(id, -1);
      });
      if (slow) await t.step(`init ${id}`);
      return id;
    },
    calls: { id: (id) => reply(id, id) },
  });
  t.invariant(() => [...living.values()].every((alive) => alive <= 1));
  return { Member, alive: () => [...living.values()].reduce((sum, alive) => sum + alive, 0) };
}

/** Looked at when all is quiet. */
const isGone = (top: Pid): Promise<boolean> =>
  Promise.race([top.down().then(() => true), Promise.resolve().then(() => false)]);

/** A group that restarts is struck at every step: it comes back whole, or its supervisor ends and nothing is left. */
async function groupRestarts(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const { Member, alive } = members(t);
  const strategy = (["oneForAll", "restForOne", "oneForOne"] as const)[t.choose(3)] ?? "oneForAll";
  const names = createRegistry(system, { keys: "unique" });
  await system.start(names);
  const found = ["a", "b", "c"].map((id) => names.via(Member, id));
  const children = found.map((name, at) => {
    const id = "abc"[at] as string;
    return Member.child({ id, slow: at > 0 }, { id, name });
  });
  const top = await system.start(supervisor({ strategy, maxRestarts: 3, periodMs: 1_000, children }));
  t.crash(found[t.choose(3)] as (typeof found)[0], new Error("boom"));
  t.kill(found[t.choose(3)] as (typeof found)[0]);
  t.go(() => top.call.whichChildren().catch(() => undefined));
  await t.quiescent();
  const gone = await isGone(top);
  if (alive() !== (gone ? 0 : 3))
    throw new Error(`${alive()} of 3 live; the supervisor ${gone ? "is gone" : "runs"}`);
  if (gone) return;
  const infos = await top.call.whichChildren();
  if (!infos.every(({ id, pid }) => typeof pid === "object" && pid === names.whereis(id)))
    throw new Error("a name leads elsewhere than to the child");
}

/** A supervisor with named children restarts: the children are over before their successors start. */
async function nestedRestarts(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const { Member, alive } = members(t);
  const names = createRegistry(system, { keys: "unique" });
  await system.start(names);
  const found = ["a", "b"].map((id) => names.via(Member, id));
  const children = found.map((name, at) => Member.child({ id: `${at}`, slow: true }, { id: `${at}`, name }));
  const inner = supervisor({ id: "inner", strategy: "oneForOne", children });
  const top = await system.start(supervisor({ strategy: "oneForOne", maxRestarts: 5, children: [inner] }));
  let reached: Pid | undefined;
  const [info] = await top.call.whichChildren();
  if (typeof info?.pid === "object") reached = info.pid;
  t.kill(() => reached);
  t.kill(found[t.choose(2)] as (typeof found)[0]);
  await t.quiescent();
  if (await isGone(top)) throw new Error("a restart has failed: its names were not free");
  if (alive() !== 2) throw new Error(`${alive()} of 2 live`);
}

/** A child that cannot start again is tried again in turns of its own: others go on, and a stop wins. */
async function failingRestarts(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  let attempts = 0;
  let seen = 0;
  const Failing = defineActor({
    name: "failing",
    init: () => {
      attempts += 1;
      if (attempts > 1) throw new Error("still down");
      return 0;
    },
  });
  t.invariant(() => {
    const sinceLastStep = attempts - seen;
    seen = attempts;
    return sinceLastStep <= 1;
  });
  const isDynamic = t.choose(2) === 1;
  const limit = { maxRestarts: 6 };
  let child: Pid | undefined;
  let top: Pid;
  if (isDynamic) {
    const many = await system.start(dynamicSupervisor(limit));
    child = await many.call.startChild(Failing);
    top = many;
  } else {
    const app = await system.start(supervisor({ ...limit, strategy: "oneForOne", children: [Failing] }));
    const [info] = await app.call.whichChildren();
    child = typeof info?.pid === "object" ? info.pid : undefined;
    top = app;
  }
  t.kill(() => child);
  t.go(async () => {
    await t.step("before the stop");
    await top.stop().catch(() => undefined);
  });
  await t.quiescent();
  await top.down();
}

/** A child is called off while it starts again: nothing of it is left, whatever the start comes to. */
async function startsCalledOff(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const { Member, alive } = members(t);
  const app = await system.start(dynamicSupervisor({ maxStarting: 1, maxRestarts: 5 }));
  const start = async (): Promise<Pid> => {
    await t.step("starting");
    return system.start(Member, { id: "own", slow: false });
  };
  const own = await app.call.startChild(childSpec({ id: "own", start }));
  let stopped: boolean | undefined;
  t.kill(own);
  t.go(async () => {
    await t.step("before it is called off");
    stopped = await app.call.terminateChild(own);
  });
  t.go(() => app.call.startChild(Member, { id: "other", slow: true }));
  await t.quiescent();
  const { specs } = await app.call.countChildren();
  const expected = stopped === true ? 1 : 2;
  if (specs !== expected || alive() !== expected)
    throw new Error(
      `${specs} children, ${alive()} live, where the first ${stopped ? "was stopped" : "had restarted"}`,
    );
}

/** By the name under which they are explored and replayed. */
export const SUPERVISOR_SCENARIOS: Readonly<Record<string, Scenario>> = {
  "group restarts": groupRestarts,
  "nested restarts": nestedRestarts,
  "failing restarts": failingRestarts,
  "starts called off": startsCalledOff,
  "the model of supervisors": modelOfSupervisors,
};
