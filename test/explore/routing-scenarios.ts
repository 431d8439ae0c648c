/**
 * What routing pools promise, as scenarios whose order is open: members die, leave and come back at every step, and
 * each call settles once.
 *
 * @module
 */
import {
  ActorError,
  consistentHash,
  createRegistry,
  createRoutingPool,
  defineActor,
  fail,
  isActorError,
  leastBusy,
  type Pid,
  peakEwma,
  powerOfTwo,
  type RoutingPoolOptions,
  random,
  reply,
  roundRobin,
  type Strategy,
  supervisor,
  weighted,
} from "troupe";
import type { Run, Scenario } from "troupe/testing";
import { portOf } from "../../src/core/pid.ts";

const STRATEGIES: readonly (() => Strategy)[] = [
  roundRobin,
  leastBusy,
  random,
  powerOfTwo,
  peakEwma,
  () => weighted(() => 1),
  () => consistentHash({ idOf: ({ value }) => String(value) }),
];

/** Requests from this number on are refused by whoever gets them. */
const REFUSED = 100;

/** Three supervised members that note what they handle, and never more at once than they may have. */
async function crewOf(
  t: Run,
  options: RoutingPoolOptions,
  {
    backoffMs,
    arrived = () => undefined,
  }: { backoffMs?: number | undefined; arrived?: (pid: Pid) => void } = {},
) {
  const system = t.system();
  t.noLeaks();
  const crew = createRegistry<string, number>(system, { keys: "duplicate" });
  const handled: number[] = [];
  const now = new Map<Pid, number>();
  const Member = defineActor({
    name: "member",
    init: (id: number, self) => {
      crew.register("crew", self.pid, id);
      return id;
    },
    calls: {
      // Answers later, so that one member can have several.
      work: (id, request: number, self) => {
        handled.push(request);
        arrived(self.pid);
        if (request >= REFUSED) return fail(new ActorError("ERR_DISCONNECTED", "unknown", "refused"), id);
        now.set(self.pid, (now.get(self.pid) ?? 0) + 1);
        const done = async () => {
          await t.step(`request ${request} at ${id}`);
          now.set(self.pid, (now.get(self.pid) ?? 0) - 1);
          return request;
        };
        return reply(done(), id);
      },
    },
  });
  const children = [0, 1, 2].map((id) => Member.child(id, { id: `member ${id}` }));
  const backoff = backoffMs === undefined ? {} : { backoff: { minMs: backoffMs, maxMs: backoffMs } };
  const limits = { maxRestarts: 100, periodMs: 1_000, ...backoff };
  await system.start(
    supervisor({
      strategy: "restForOne",
      ...limits,
      children: [crew, supervisor({ id: "members", strategy: "oneForOne", ...limits, children })],
    }),
  );
  const pool = createRoutingPool(crew, Member, "crew", options);
  const someone = (): Pid | undefined => crew.lookup("crew")[t.choose(3)]?.pid;
  return { system, crew, pool, Member, handled, now, someone };
}

/** Asks `count` times, each at a time of its own; every request is in one place at every step. */
function ask(t: Run, pool: Awaited<ReturnType<typeof crewOf>>["pool"], count: number, idempotent: boolean) {
  const outcomes = new Map<number, string[]>();
  const places = { toCome: count, asked: 0, settled: 0 };
  t.conservation("requests", () => places.toCome + places.asked + places.settled);
  for (let request = 0; request < count; request += 1) {
    outcomes.set(request, []);
    t.go(async () => {
      places.toCome -= 1;
      places.asked += 1;
      const settle = (outcome: string): void => {
        outcomes.get(request)?.push(outcome);
        places.asked -= 1;
        places.settled += 1;
      };
      await pool.call.work(request, { idempotent, timeoutMs: 10_000, hashKey: request }).then(
        (answer) => settle(answer === request ? "answered" : `answered ${answer}`),
        (error: unknown) => {
          if (!isActorError(error)) throw error;
          settle(error.code);
        },
      );
    });
  }
  return outcomes;
}

function expectSettledOnce(
  outcomes: ReadonlyMap<number, readonly string[]>,
  allowed: readonly string[],
): void {
  for (const [request, settled] of outcomes)
    if (settled.length !== 1 || !allowed.includes(settled[0] as string))
      throw new Error(`request ${request} has settled so: ${settled.join(", ") || "never"}`);
}

function timesHandled(handled: readonly number[], request: number): number {
  return handled.filter((one) => one === request).length;
}

/** PF49: members die at every step of a plain pool; who is lost hears of it, nobody is asked twice. */
async function plainCallsWhileMembersDie(t: Run): Promise<void> {
  const strategy = (STRATEGIES[t.choose(STRATEGIES.length)] as () => Strategy)();
  const { pool, handled, someone } = await crewOf(t, { strategy });
  const outcomes = ask(t, pool, 5, false);
  t.kill(someone);
  t.kill(someone);
  await t.quiescent();
  expectSettledOnce(outcomes, ["answered", "ERR_EXITED", "ERR_NO_MEMBER"]);
  for (const [request, [outcome]] of outcomes) {
    const times = timesHandled(handled, request);
    if (times > 1 || (outcome === "answered" && times !== 1))
      throw new Error(`request ${request} was handled ${times} times`);
  }
}

/** WP3: members with one request at a time die, leave and come back; nobody waits for ever, none has more. */
async function oneAtATimeWhileMembersComeAndGo(t: Run): Promise<void> {
  const strategy = (STRATEGIES[t.choose(STRATEGIES.length)] as () => Strategy)();
  const { system, crew, pool, handled, now, someone } = await crewOf(
    t,
    { strategy, maxRunning: 1, maxRetries: 1, waitMs: 5_000 },
    { backoffMs: t.choose(2) === 0 ? undefined : 50 },
  );
  t.invariant(() => [...now.values()].every((count) => count <= 1));
  const outcomes = ask(t, pool, 6, false);
  for (const request of [REFUSED, REFUSED + 1])
    t.go(() =>
      pool.call.work(request).catch((error: unknown) => {
        if (!isActorError(error)) throw error;
      }),
    );
  t.kill(someone);
  t.kill(someone);
  t.go(async () => {
    const pid = someone();
    if (pid === undefined || !crew.unregister("crew", pid)) return;
    await t.step("out");
    try {
      crew.register("crew", pid, 9);
    } catch (error) {
      if (!isActorError(error)) throw error;
    }
  });
  await t.quiescent();
  await system.advance(1_000);
  await t.quiescent();
  expectSettledOnce(outcomes, ["answered", "ERR_EXITED"]);
  for (const [request] of outcomes)
    if (timesHandled(handled, request) > 1) throw new Error(`request ${request} was handled twice`);
  const { members, waiting, inFlight } = pool.stats();
  if (members !== crew.lookup("crew").length || waiting !== 0 || inFlight !== 0)
    throw new Error(`left over: ${JSON.stringify(pool.stats())}`);
}

/** PF49: who has left is asked nothing more than what it had, also when it left after it had been granted. */
async function whoHasLeftIsLeftAlone(t: Run): Promise<void> {
  const mayArrive = new Map<Pid, number>();
  const arrived = (pid: Pid): void => {
    const left = mayArrive.get(pid);
    if (left === undefined) return;
    if (left === 0) throw new Error("a call came to a member that had left");
    mayArrive.set(pid, left - 1);
  };
  const { system, crew, pool, Member, someone } = await crewOf(t, { maxRunning: 1 }, { arrived });
  const flighty = await system.start(Member, 3);
  crew.unregister("crew", flighty);
  const outcomes = ask(t, pool, 6, false);
  t.go(() => {
    // Here and gone in one turn: whoever waits is granted it, and has not called it yet.
    crew.register("crew", flighty, 3);
    crew.unregister("crew", flighty);
    mayArrive.set(flighty, portOf(flighty).queued);
  });
  for (let leaver = 0; leaver < 2; leaver += 1)
    t.go(() => {
      const pid = someone();
      if (pid === undefined || !crew.unregister("crew", pid)) return;
      mayArrive.set(pid, portOf(pid).queued);
    });
  await t.quiescent();
  expectSettledOnce(outcomes, ["answered"]);
}

/** What may be repeated is answered as long as somebody lives, and by nobody a third time. */
async function idempotentCallsAreAnswered(t: Run): Promise<void> {
  const { pool, handled, someone } = await crewOf(t, {
    strategy: roundRobin(),
    maxRetries: 2,
    hedgeMs: 10,
    waitMs: 1_000,
  });
  const outcomes = ask(t, pool, 4, true);
  t.kill(someone);
  t.go(() => t.advance(10));
  await t.quiescent();
  await t.advance(2_000);
  expectSettledOnce(outcomes, ["answered"]);
  for (const [request] of outcomes)
    if (timesHandled(handled, request) > 4) throw new Error(`request ${request} was handled too often`);
  const { inFlight, waiting } = pool.stats();
  if (inFlight !== 0 || waiting !== 0) throw new Error(`left over: ${JSON.stringify(pool.stats())}`);
}

/** B6: a member that is drained loses no call and gets no new one; when it is back it is one of them again. */
async function drainingLosesNoCall(t: Run): Promise<void> {
  const { crew, pool, now } = await crewOf(t, {
    strategy: leastBusy(),
    ...(t.choose(2) === 0 ? {} : { maxRunning: 2 }),
  });
  const outcomes = ask(t, pool, 6, false);
  const pid = crew.lookup("crew")[t.choose(3)]?.pid as Pid;
  let isDrained = false;
  t.invariant(() => !isDrained || (now.get(pid) ?? 0) === 0);
  t.go(async () => {
    await pool.drainMember(pid);
    isDrained = true;
    await t.step("drained");
    isDrained = false;
    if (!pool.resumeMember(pid)) throw new Error("it was not out");
  });
  await t.quiescent();
  expectSettledOnce(outcomes, ["answered"]);
  if (pool.stats().members !== 3) throw new Error("it is not back");
}

/** PF18: a pool that is closed settles everybody, whoever waits and whoever dies meanwhile. */
async function closingSettlesEverybody(t: Run): Promise<void> {
  const { pool, someone } = await crewOf(t, { strategy: roundRobin(), maxRunning: 1 });
  const outcomes = ask(t, pool, 6, false);
  t.kill(someone);
  const isDrained = t.choose(2) === 0;
  t.go(() => (isDrained ? pool.drain() : pool.close()));
  await t.quiescent();
  expectSettledOnce(outcomes, ["answered", "ERR_EXITED", "ERR_POOL_CLOSED"]);
  const { members, waiting } = pool.stats();
  if (members !== 0 || waiting !== 0) throw new Error(`left over: ${JSON.stringify(pool.stats())}`);
}

/** A member that is half open has one call, whose end decides; nobody who fails is left out for ever. */
async function halfOpenTakesOne(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const crew = createRegistry(system, { keys: "duplicate" });
  let isSick = true;
  const Member = defineActor({
    name: "member",
    init: (_: void, self) => {
      crew.register("crew", self.pid);
      return 0;
    },
    calls: {
      work: (state) => {
        const done = async () => {
          await t.step("works");
          return 0;
        };
        return reply(done(), state);
      },
    },
  });
  const [sick] = [await system.start(Member), await system.start(Member)] as [Pid, Pid];
  const isFailure = (): boolean => isSick;
  const first: Strategy = (members) => (members.length > 0 ? 0 : undefined);
  const pool = createRoutingPool(crew, Member, "crew", {
    strategy: first,
    isFailure,
    ejection: { failures: 1, ejectMs: 100 },
  });
  sick.exit(new Error("gone"));
  await sick.down();
  const alone = await system.start(Member);
  const late = pool.call.work(undefined, { timeoutMs: 1 });
  await t.advance(1);
  await late.catch(() => undefined);
  await t.quiescent();
  await t.advance(100);
  isSick = false;
  const outcomes = ["", "", ""];
  for (const at of outcomes.keys())
    t.go(async () => {
      outcomes[at] = String(await pool.call.work());
    });
  await t.quiescent();
  if (outcomes.some((outcome) => outcome !== "0")) throw new Error(`answers: ${outcomes.join(", ")}`);
  if (pool.stats().ejected !== 0 || pool.stats().members !== 2)
    throw new Error(`left out: ${JSON.stringify(pool.members())}`);
  alone.exit("kill");
}

/** By name. */
export const ROUTING_SCENARIOS: Readonly<Record<string, Scenario>> = {
  "PF49 calls of a plain pool while members die": plainCallsWhileMembersDie,
  "WP3 one call at a time while members come and go": oneAtATimeWhileMembersComeAndGo,
  "PF49 who has left is left alone": whoHasLeftIsLeftAlone,
  "idempotent calls are answered, retried and hedged": idempotentCallsAreAnswered,
  "B6 draining a member loses no call": drainingLosesNoCall,
  "PF18 closing a pool settles everybody": closingSettlesEverybody,
  "a member that is half open takes one call": halfOpenTakesOne,
};
