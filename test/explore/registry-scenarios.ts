/**
 * What registries promise, as scenarios whose order is open.
 *
 * @module
 */
import {
  createPubSub,
  createRegistry,
  defineActor,
  dynamicSupervisor,
  isActorError,
  type KeyedEntry,
  type Pid,
  type RegistryEvent,
  reply,
  type SupervisorProcess,
  supervisor,
} from "troupe";
import { linearizable, type Run, type Scenario } from "troupe/testing";
import { processOf } from "../../src/actors/process.ts";
import { claimsOf } from "../../src/registry/create-registry.ts";
import { asAListOfFacts } from "./registry-model.ts";

/** Acts on a registry in its own turns. */
const clientOf = <I, O>(act: (input: I, pid: Pid) => O) =>
  defineActor({
    name: "client",
    init: () => 0,
    calls: { act: (state, input: I, self) => reply(act(input, self.pid), state) },
  });

type Asked = readonly [does: "register" | "unregister" | "lookup" | "die", who: number, key?: string];

/** Three clients of a unique registry, one of which may die: as if one operation had come after the other. */
async function uniqueAsOneAtATime(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const names = createRegistry<string, number>(system, { keys: "unique" });
  const Client = clientOf(([does, who, key = ""]: Asked, pid): unknown => {
    if (does === "unregister") return names.unregister(key, pid);
    if (does === "lookup") return names.lookup(key)[0]?.value ?? "nobody";
    const taken = names.register(key, pid, who);
    return taken.ok ? "taken" : "holder" in taken ? taken.holder.value : "reserved";
  });
  const clients = [await system.start(Client), await system.start(Client), await system.start(Client)];
  const acts = ["register", "unregister", "lookup"] as const;
  for (const [who, client] of clients.entries()) {
    const plan = [0, 1, 2].map(
      (): Asked => [acts[t.choose(3)] ?? "lookup", who, t.choose(2) === 0 ? "a" : "b"],
    );
    t.go(async () => {
      for (const asked of plan) {
        await t.step(`client ${who}`);
        await t.observe(asked, () => client.call.act(asked)).catch(() => undefined);
      }
    });
  }
  if (t.choose(2) === 1) {
    const [victim] = clients;
    t.go(() =>
      t.observe(["die", 0] satisfies Asked, async () => {
        victim?.exit("kill");
        await victim?.down();
        return "died";
      }),
    );
  }
  await t.quiescent();
  if (!linearizable(UNIQUE, t.history as never))
    throw new Error(`no order explains ${JSON.stringify(t.history)}`);
}

/** Who has "a", who has "b", and who is dead: `"0--"`. */
const UNIQUE = {
  init: "---",
  apply: (state: string, [does, who, key]: Asked) => {
    const at = key === "a" ? 0 : 1;
    const holder = state[at];
    const me = String(who);
    const change = (output: unknown, to: string) => ({
      output,
      state: state.slice(0, at) + to + state.slice(at + 1),
    });
    if (does === "die") return { output: "died", state: state.replaceAll(me, "-").slice(0, 2) + me };
    if (does === "lookup") return { output: holder === "-" ? "nobody" : Number(holder), state };
    if (does === "unregister") return holder === me ? change(true, "-") : { output: false, state };
    return holder === "-" ? change("taken", me) : { output: Number(holder), state };
  },
};

/** Three clients of a group: lookups show who has joined, in that order, whoever leaves and dies. */
async function groupsAsOneAtATime(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const group = createRegistry<string, number>(system, { keys: "duplicate" });
  const Client = clientOf(([does, who]: Asked, pid): unknown => {
    if (does === "unregister") return group.unregister("all", pid);
    if (does === "register") return group.register("all", pid, who).ok;
    return group
      .lookup("all")
      .map(({ value }) => value)
      .join("");
  });
  const clients = [await system.start(Client), await system.start(Client), await system.start(Client)];
  const acts = ["register", "lookup", "unregister"] as const;
  for (const [who, client] of clients.entries()) {
    const plan = [0, 1, 2].map((): Asked => [acts[t.choose(3)] ?? "lookup", who]);
    t.go(async () => {
      for (const asked of plan) {
        await t.step(`client ${who}`);
        await t.observe(asked, () => client.call.act(asked)).catch(() => undefined);
      }
    });
  }
  if (t.choose(2) === 1) {
    const [victim] = clients;
    t.go(() =>
      t.observe(["die", 0] satisfies Asked, async () => {
        victim?.exit("kill");
        await victim?.down();
        return "died";
      }),
    );
  }
  const model = {
    init: "",
    apply: (members: string, [does, who]: Asked) => {
      const without = members.replaceAll(String(who), "");
      if (does === "lookup") return { output: members, state: members };
      if (does === "register") return { output: true, state: members + who };
      return { output: does === "die" ? "died" : without !== members, state: without };
    },
  };
  await t.quiescent();
  if (!linearizable(model, t.history as never))
    throw new Error(`no order explains ${JSON.stringify(t.history)}`);
}

/** RF3 RF5: an heir that tried in vain before keeps what it takes when the holder dies, and is watched once. */
async function heirsKeepWhatTheyTake(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const names = createRegistry(system, { keys: "unique" });
  const Holder = defineActor({ name: "holder", init: () => 0, casts: { hit: (hits) => hits + 1 } });
  const first = await system.start(Holder);
  names.register("k", first);
  const Heir = defineActor({
    name: "heir",
    init: (_: void, self) => {
      for (let i = 0; i < 3; i += 1) names.register("k", self.pid);
      self.monitor(first);
      return false;
    },
    down: (_has, _down, self) => names.register("k", self.pid).ok,
    calls: { has: (has) => reply(has, has) },
  });
  const heirs = [await system.start(Heir), await system.start(Heir)];
  for (const heir of heirs) {
    const watching = processOf(heir).ties?.watchers?.length ?? 0;
    if (watching > 0) throw new Error(`${watching} watch a process that has nothing`);
  }
  t.kill(first);
  t.go(() => first.cast.hit());
  await t.quiescent();
  const have = await Promise.all(heirs.map((heir) => heir.call.has()));
  const heir = heirs[have.indexOf(true)];
  if (have.filter(Boolean).length !== 1 || heir === undefined) throw new Error(`${have.join()} have the key`);
  if (names.whereis("k") !== heir) throw new Error("who took the key is not found under it");
}

/** RF10 RF18: any number ask, one is started; a failed start leaves the key free, and the next caller tries anew. */
async function oneStartAmongMany(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const names = createRegistry(system, { keys: "unique" });
  const rooms = await system.start(dynamicSupervisor({ maxRestarts: 100 }));
  let fails = t.choose(2);
  let living = 0;
  t.invariant(() => living <= 1);
  const Room = defineActor({
    name: "room",
    init: async (_: void, self) => {
      self.own(0, () => void (living -= 1));
      living += 1;
      await t.step("init");
      fails -= 1;
      if (fails >= 0) throw new Error("not today");
      return 0;
    },
    calls: { ping: (state) => reply("pong", state) },
  });
  const spec = Room.child(undefined, { restart: t.choose(2) === 0 ? "temporary" : "permanent" });
  const join = () => names.lookupOrStart("r", spec, { start: (room) => rooms.call.startChild(room) });
  const Caller = defineActor({
    name: "caller",
    init: () => 0,
    calls: { join: async (state) => reply(await join(), state) },
  });
  const caller = await system.start(Caller);
  const found = new Set<Pid>();
  t.go(() => caller.call.join().catch(() => undefined));
  t.kill(caller);
  for (let i = 0; i < 3; i += 1) {
    t.go(async () => {
      await t.step("join");
      try {
        found.add(await join());
      } catch (error) {
        if (!isActorError(error, "ERR_START_FAILED")) throw error;
      }
    });
  }
  await t.quiescent();
  if (found.size > 1) throw new Error(`${found.size} rooms were found`);
  const room = await join();
  if (names.whereis("r") !== room || (await room.call.ping()) !== "pong")
    throw new Error("the room is not there");
  t.kill(room);
  await t.quiescent();
  await (await join()).call.ping();
}

/** R59 R61 RF28: one work at a time; who has gone gets no turn; who stays gets his. */
async function locks(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const names = createRegistry(system, { keys: "unique" });
  let holder: Mark | undefined;
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  /** Marks the work of one caller; a killed one's mark is taken off by its death. */
  const work = async (mark: Mark) => {
    if (mark.gone) throw new Error("who has gone was given the lock");
    if (holder !== undefined) throw new Error("two at a time");
    holder = mark;
    await t.step("work");
    if (mark.hangs) await over;
    if (holder === mark) holder = undefined;
  };
  const Worker = defineActor({
    name: "worker",
    init: (mark: Mark, self) => {
      self.own(mark, () => {
        mark.gone = true;
      });
      return mark;
    },
    calls: { work: async (mark) => reply(await names.lock("k", () => work(mark)), mark) },
  });
  const done: string[] = [];
  const violated = (error: unknown): boolean => error instanceof Error && !isActorError(error);
  for (let i = 0; i < 2; i += 1) {
    // The one that is killed may be one that would hold the lock for ever, or one whose work ends later.
    const mark: Mark = { gone: false, hangs: i === 0 && t.choose(2) === 0 };
    const worker = await system.start(Worker, mark);
    t.go(async () => {
      const error: unknown = await worker.call.work().then(
        () => undefined,
        (error) => error,
      );
      const cause = isActorError(error, "ERR_EXITED") ? error.cause : error;
      if (violated(cause)) throw cause;
      done.push(`worker ${i}`);
    });
    // The lock goes on in the turn of the death, before anybody else hears of it.
    processOf(worker).watch({
      stopping: () => undefined,
      died: () => {
        if (holder === mark) holder = undefined;
      },
    });
    if (i === 0) t.kill(worker);
  }
  for (const name of ["late", "aborted", "patient"]) {
    const mark: Mark = { gone: false, hangs: false };
    const leaving = new AbortController();
    const options = { timeoutMs: name === "late" ? 10 : 60_000, signal: leaving.signal };
    t.go(async () => {
      await names
        .lock("k", () => work(mark), options)
        .catch((error) => {
          mark.gone = true;
          if (violated(error)) throw error;
        });
      done.push(name);
    });
    if (name === "aborted") t.go(() => leaving.abort());
  }
  await t.advance(t.choose(2) * 10);
  await t.eventually(() => done.length === 5, 60_000);
  await names.lock("k", () => undefined, { timeoutMs: 0 });
  end();
}

/** One caller of a lock. */
interface Mark {
  gone: boolean;
  readonly hangs: boolean;
}

/** Owners change what they have while the registry is down; when it is back, what shows is what was left. */
async function claimsOutliveTheRegistry(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const groups = createRegistry<string, number>(system, { keys: "duplicate", name: "groups" });
  const backoff = t.choose(2) === 0 ? {} : { backoff: { minMs: 50, maxMs: 50 } };
  const app = await system.start(
    supervisor({ strategy: "oneForOne", maxRestarts: 100, ...backoff, children: [groups] }),
  );
  let model: number[] = [];
  const owners: Pid[] = [];
  for (const who of [0, 1, 2, 3]) {
    const pid = system.spawn(async (self) => void (await self.receive()));
    groups.register("all", pid, who);
    model.push(who);
    processOf(pid).watch({
      stopping: () => {
        model = model.filter((other) => other !== who);
      },
      died: () => undefined,
    });
    owners.push(pid);
  }
  t.invariant(() => {
    const shown = claimsOf(groups).lookup("all");
    return shown.map(({ value }) => value).join() === model.join();
  });
  t.kill(registryOf(app));
  t.kill(() => owners[0]);
  t.go(() => {
    if (groups.unregister("all", owners[1] as Pid)) model = model.filter((other) => other !== 1);
  });
  t.go(() => {
    try {
      groups.register("all", owners[2] as Pid, 2);
      model = [...model, 2];
    } catch (error) {
      if (!isActorError(error, "ERR_NOT_RUNNING")) throw error;
    }
  });
  t.kill(registryOf(app));
  await t.quiescent();
  await t.advance(200);
  if (
    groups
      .lookup("all")
      .map(({ value }) => value)
      .join() !== model.join()
  )
    throw new Error("claims are lost");
  if (groups.count() !== model.length) throw new Error(`${groups.count()} entries of ${model.length}`);
}

/** RF2 RF23: a flat `oneForOne` of a registry and its named members; each death is one restart, whatever dies when. */
async function flatTreeOfARegistry(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const names = createRegistry(system, { keys: "unique", name: "names" });
  const Member = defineActor({
    name: "member",
    init: (id: string) => id,
    calls: { id: (id) => reply(id, id) },
  });
  const members = ["a", "b", "c"].map((key) => names.via(Member, key));
  const backoff = t.choose(2) === 0 ? {} : { backoff: { minMs: 50, maxMs: 50 } };
  const app = await system.start(
    supervisor({
      strategy: "oneForOne",
      maxRestarts: 4,
      periodMs: 60_000,
      ...backoff,
      children: [
        names,
        ...members.map((name, at) => Member.child(["a", "b", "c"][at] ?? "", { id: `member ${at}`, name })),
      ],
    }),
  );
  const pids = members.map((member) => member.whereis() as Pid);
  t.kill(registryOf(app));
  for (const pid of pids) t.crash(pid, new Error("boom"));
  await t.quiescent();
  await t.advance(500);
  const ids = await Promise.all(members.map((member) => member.call.id()));
  if (ids.join() !== "a,b,c") throw new Error(`${ids} answered`);
  if (members.some((member, at) => member.whereis() === pids[at]))
    throw new Error("a crash has been survived");
}

/** Waits for a key go on while the registry is down, and are told by the first who takes it. */
async function waitsForAKey(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const names = createRegistry<string, number>(system, { keys: "unique", name: "names" });
  const app = await system.start(supervisor({ strategy: "oneForOne", children: [names] }));
  const owner = system.spawn(async (self) => void (await self.receive()));
  const leaving = new AbortController();
  const outcomes: string[] = [];
  for (const signal of [undefined, leaving.signal]) {
    const options = { timeoutMs: 1_000, ...(signal && { signal }) };
    void names.whenRegistered("k", options).then(
      ({ value }) => outcomes.push(`found ${value}`),
      (error) => outcomes.push(error.code),
    );
  }
  t.go(() => leaving.abort());
  t.kill(registryOf(app));
  t.go(async () => {
    await t.eventually(() => isUp(names), 1_000);
    names.register("k", owner, 7);
  });
  await t.quiescent();
  await t.eventually(() => outcomes.length === 2, 10);
  if (outcomes.filter((outcome) => outcome === "found 7").length < 1) throw new Error(outcomes.join());
  if (outcomes.some((outcome) => outcome !== "found 7" && outcome !== "ERR_ABORTED"))
    throw new Error(outcomes.join());
}

/** RF21 RF22: who is subscribed all along hears each broadcast once, in its publisher's order; who leaves hears no more. */
async function broadcastsReachWhoStays(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const news = createPubSub<string>(system);
  const Subscriber = defineActor({
    name: "subscriber",
    init: (_: void, self): readonly string[] => {
      news.subscribe("all", self.pid);
      return [];
    },
    info: (heard, message: string) => [...heard, message],
    calls: {
      heard: (heard) => reply(heard, heard),
      leave: (heard, _: undefined, self) => {
        news.unsubscribe("all", self.pid);
        return reply(heard.length, heard);
      },
    },
  });
  const staying = [await system.start(Subscriber), await system.start(Subscriber)];
  const victim = await system.start(Subscriber);
  const leaver = await system.start(Subscriber);
  t.kill(victim);
  t.go(() => system.start(Subscriber));
  let sentToLeaver = 0;
  for (const by of ["a", "b"]) {
    t.go(async () => {
      for (let i = 0; i < 3; i += 1) {
        await t.step(`publish ${by}`);
        const before = processOf(leaver).queued;
        news.broadcast("all", `${by}${i}`);
        const sent = processOf(leaver).queued - before;
        if (left && sent > 0) throw new Error("who has left was sent more");
        sentToLeaver += sent;
      }
    });
  }
  let left = false;
  t.go(async () => {
    await leaver.call.leave(undefined);
    left = true;
  });
  await t.quiescent();
  for (const pid of staying) {
    const heard = await pid.call.heard();
    const of = (by: string): string => heard.filter((message) => message.startsWith(by)).join();
    if (heard.length !== 6 || of("a") !== "a0,a1,a2" || of("b") !== "b0,b1,b2")
      throw new Error(`heard ${heard}`);
  }
  const heard = await leaver.call.heard();
  if (heard.length !== sentToLeaver) throw new Error(`${heard.length} heard of ${sentToLeaver}`);
}

/** Whoever listens from some moment on, itself or by a process, knows at rest what is there. */
async function listenersMissNothing(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const groups = createRegistry<string, number>(system, { keys: "duplicate", name: "groups" });
  await system.start(groups);
  type Event = RegistryEvent<string, number>;
  const mirrors: Map<string, number>[] = [];
  const follow = (mirror: Map<string, number>, { type, key, value, pid }: Event): void => {
    const entry = `${key} ${value} ${pid.serial}`;
    const before = mirror.get(entry) ?? 0;
    if ((type === "register") === before > 0)
      throw new Error(`${type} of ${entry}, which is there ${before}`);
    if (type === "register") mirror.set(entry, 1);
    else mirror.delete(entry);
  };
  const begin = (entries: readonly KeyedEntry<string, number>[]): Map<string, number> => {
    const mirror = new Map(entries.map(({ key, value, pid }) => [`${key} ${value} ${pid.serial}`, 1]));
    mirrors.push(mirror);
    return mirror;
  };
  const faults: unknown[] = [];
  system.telemetry.on("listener:failed", ({ error }) => faults.push(error));
  const Mirror = defineActor({
    name: "mirror",
    init: (_: undefined, self) => begin(groups.listen(self).entries),
    info: (mirror, event: Event) => (follow(mirror, event), mirror),
  });
  const members = [1, 2, 3].map(() => system.spawn(async (self) => void (await self.receive())));
  for (const [value, member] of members.entries()) {
    groups.register("k", member, value);
    t.go(async () => {
      await t.step(`joins again ${value}`);
      if (isTakingCalls(member)) groups.register("j", member, value);
      await t.step(`leaves ${value}`);
      groups.unregister("k", member);
    });
  }
  t.kill(members[0] as Pid);
  t.crash(members[1] as Pid, new Error("boom"));
  t.go(() => system.start(Mirror));
  t.go(() => {
    const { entries } = groups.listen((event) => follow(mirror, event));
    const mirror = begin(entries);
  });
  await t.quiescent();
  const there = groups.entries().map(({ key, value, pid }) => `${key} ${value} ${pid.serial}`);
  if (faults.length > 0) throw faults[0];
  if (mirrors.length !== 2) throw new Error(`${mirrors.length} mirrors`);
  for (const mirror of mirrors) {
    if ([...mirror.keys()].sort().join() !== there.sort().join())
      throw new Error(`${[...mirror.keys()]} told, ${there} there`);
  }
}

/** Neither stopping nor dead. */
function isTakingCalls(pid: Pid): boolean {
  return processOf(pid).status === "running";
}

function isUp(registry: { count(): number }): boolean {
  try {
    return registry.count() >= 0;
  } catch {
    return false;
  }
}

/** The process of the registry that is the first child of `app`, when it is to be struck. */
function registryOf(app: Pid<SupervisorProcess>): () => Pid | undefined {
  const { kernel } = processOf(app);
  return () =>
    [...kernel.table.values()].find((one) => one.parent === processOf(app) && one.behaviour.infrastructure)
      ?.pid;
}

/** By the name under which they are explored and replayed. */
export const REGISTRY_SCENARIOS: Readonly<Record<string, Scenario>> = {
  "a unique registry as a list of facts": asAListOfFacts("unique"),
  "a group as a list of facts": asAListOfFacts("duplicate"),
  "a unique registry as one at a time": uniqueAsOneAtATime,
  "a group as one at a time": groupsAsOneAtATime,
  "heirs keep what they take": heirsKeepWhatTheyTake,
  "one start among many": oneStartAmongMany,
  "locks and who has gone": locks,
  "claims outlive the registry": claimsOutliveTheRegistry,
  "a flat tree of a registry": flatTreeOfARegistry,
  "listeners miss nothing": listenersMissNothing,
  "waits for a key": waitsForAKey,
  "broadcasts reach who stays": broadcastsReachWhoStays,
};
