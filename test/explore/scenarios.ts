/**
 * What processes, names and supervisors promise, as scenarios whose order is open.
 *
 * @module
 */
import {
  createRegistry,
  debug,
  defineActor,
  isActorError,
  isOrderly,
  type Pid,
  reply,
  supervisor,
} from "troupe";
import { isDown, linearizable, probe, type Run, type Scenario } from "troupe/testing";

const Cell = defineActor({
  name: "cell",
  init: () => 0,
  calls: {
    read: (value) => reply(value, value),
    add: (value, by: number) => reply(value + by, value + by),
    ponder: async (value) => {
      await undefined;
      return reply(value, value);
    },
  },
  casts: { hit: (value) => value + 1 },
});

/** A call settles once, whatever becomes of its process: with an answer or an error of this library. */
async function callsWhileMembersCrash(t: Run): Promise<void> {
  const system = t.system();
  const names = createRegistry(system, { keys: "unique" });
  const cells = ["a", "b"].map((key) => names.via(Cell, key));
  const children = cells.map((name, id) => Cell.child(undefined, { id: `cell${id}`, name }));
  await system.start(
    supervisor({
      strategy: "restForOne",
      children: [names, supervisor({ id: "cells", strategy: "oneForAll", children })],
    }),
  );
  t.noLeaks();
  let settled = 0;
  for (const [i, cell] of [...cells, ...cells].entries()) {
    t.go(async () => {
      const error: unknown = await (i < 2 ? cell.call.add(1) : cell.call.ponder()).then(
        () => undefined,
        (error) => error,
      );
      settled += 1;
      if (error !== undefined && !isActorError(error)) throw error;
    });
  }
  t.crash(cells[t.choose(2)] as (typeof cells)[0], new Error("boom"));
  t.kill(cells[1] as (typeof cells)[0]);
  await t.quiescent();
  if (settled !== 4) throw new Error("a call has not settled");
  await t.eventually(() => cells.every((cell) => cell.whereis() !== undefined), 60_000);
  for (const cell of cells) await cell.call.add(1);
}

/** Whoever hears of a death finds the name free, and takes it. A name never shows who is dead. */
async function namesAfterDeath(t: Run): Promise<void> {
  const system = t.system();
  const names = createRegistry(system, { keys: "unique" });
  await system.start(names);
  t.noLeaks();
  const dead = new Set<Pid>();
  let over = false;
  t.invariant(() => {
    if (over) return true;
    const found = names.whereis("leader");
    return found === undefined || !dead.has(found);
  });
  const Heir = defineActor({
    name: "heir",
    init: (leader: Pid, self) => {
      self.monitor(leader);
      return 0;
    },
    down: (state, { pid }, self) => {
      dead.add(pid);
      if (names.lookup("leader").some((entry) => entry.pid === pid))
        throw new Error("a name outlived its process");
      return names.register("leader", self.pid).ok ? 1 : state;
    },
    calls: { leads: (state) => reply(state, state) },
  });
  const first = await system.start(Cell);
  names.register("leader", first);
  const heirs = [await system.start(Heir, first), await system.start(Heir, first)];
  t.go(() => first.call.read().catch(() => 0));
  t.kill(first);
  await t.quiescent();
  const leading = await Promise.all(heirs.map((heir) => heir.call.leads()));
  const leaders = leading.filter((leads) => leads === 1).length;
  if (leaders !== 1) throw new Error(`${leaders} heirs lead`);
  over = true;
}

/** A stop that comes while `init` runs leaves nothing running, and whoever awaits the start learns of it. */
async function stopDuringStart(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const opened: string[] = [];
  const closed: string[] = [];
  const Slow = defineActor({
    name: "slow",
    init: async (id: string, self) => {
      opened.push(id);
      self.own(id, () => void closed.push(id));
      await t.step(`init ${id}`);
      return id;
    },
  });
  const children = ["a", "b", "c"].map((id) => Slow.child(id, { id }));
  t.go(() => system.start(supervisor({ strategy: "oneForOne", children })).catch(() => undefined));
  t.go(async () => {
    await t.step("before the stop");
    await system.stop();
    if (opened.length !== closed.length) throw new Error(`${opened} opened, ${closed} closed`);
  });
  await t.quiescent();
}

/** A chain of links dies as one when a member crashes; who traps hears of it once and lives. */
async function chainsOfLinks(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const post = probe(system);
  const Link = defineActor({
    name: "link",
    init: (next: Pid | undefined, self) => {
      if (next !== undefined) self.link(next);
      return 0;
    },
    casts: { hit: (hits) => hits + 1 },
  });
  const chain: Pid[] = [];
  for (let i = 0; i < 4; i += 1) chain.push(await system.start(Link, chain.at(-1)));
  for (const pid of chain) post.self.monitor(pid);
  post.self.link(chain[0] as Pid);
  t.crash(chain[t.choose(4)] as Pid, new Error("boom"));
  if (t.choose(2) === 1) t.kill(chain[3] as Pid);
  await t.quiescent();
  const downs = post.messages.filter(isDown);
  if (downs.length !== 4) throw new Error(`${downs.length} of 4 downs`);
  if (downs.some(({ reason }) => isOrderly(reason))) throw new Error("a crash was told as an orderly end");
  const exits = post.messages.length - downs.length;
  if (exits !== 1) throw new Error(`the link told ${exits} times`);
}

/** A timer sends to the incarnation that set it, and to no other. */
async function timersAndRestarts(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  let incarnations = 0;
  let stale = 0;
  let ticks = 0;
  const Clock = defineActor({
    name: "clock",
    init: (_: void, self) => {
      incarnations += 1;
      self.every(10, incarnations);
      self.sendAfter(10, incarnations);
      return incarnations;
    },
    info: (mine, from: number) => {
      ticks += 1;
      if (from !== mine) stale += 1;
      return mine;
    },
  });
  const names = createRegistry(system, { keys: "unique" });
  const clock = names.via(Clock, "clock");
  const children = [names, Clock.child(undefined, { name: clock })];
  await system.start(supervisor({ strategy: "restForOne", maxRestarts: 10, children }));
  t.invariant(() => stale === 0);
  await t.advance(t.choose(3) * 5);
  t.crash(clock, new Error("boom"));
  await t.advance(10);
  t.kill(clock);
  const before = ticks;
  await t.eventually(() => clock.whereis() !== undefined && ticks > before, 60_000);
}

/** Orderly work at the end: `terminate` runs once, whoever asks for the end and how often. */
async function oneTerminate(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  let ends = 0;
  let closed = 0;
  const Ending = defineActor({
    name: "ending",
    init: (_: void, self) => {
      self.own({}, () => void (closed += 1));
      return 0;
    },
    casts: { hit: (hits) => hits + 1 },
    terminate: async () => {
      ends += 1;
      await t.step("terminate");
    },
  });
  const ending = await system.start(Ending);
  ending.cast.hit();
  const quiet = (): undefined => undefined;
  t.go(() => ending.stop().catch(quiet));
  t.go(() => ending.stop().catch(quiet));
  t.go(() => ending.exit("shutdown"));
  t.crash(ending, new Error("boom"));
  t.invariant(() => ends <= 1 && closed <= 1);
  await t.quiescent();
  if (closed !== 1) throw new Error(`closed ${closed} times`);
}

/** A kill goes before what waits: of a hundred messages none is handled once it has been sent. */
async function signalsOvertake(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  let sentAt = Number.POSITIVE_INFINITY;
  let handled = 0;
  const Busy = defineActor({
    name: "busy",
    init: () => 0,
    casts: { hit: (hits) => (handled += 1) && hits + 1 },
  });
  const busy = await system.start(Busy);
  for (let i = 0; i < 8; i += 1) busy.cast.hit();
  t.go(() => {
    sentAt = handled;
    busy.exit("kill");
  });
  t.invariant(() => handled <= sentAt);
  await t.quiescent();
}

/** A caller that gave up never gets the answer into its mailbox, and its next call gets its own. */
async function lateReplies(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const strays: unknown[] = [];
  t.invariant(() => strays.length === 0);
  const answers = new Map<string, () => void>();
  const Slow = defineActor({
    name: "slow",
    init: () => 0,
    calls: {
      ask: (state, what: string, self) => {
        self.sendAfter(t.choose(3) * 10, what);
        return reply(new Promise<string>((answer) => answers.set(what, () => answer(what))), state);
      },
    },
    info: (state, what: string) => {
      answers.get(what)?.();
      return state;
    },
  });
  const slow = await system.start(Slow);
  const Caller = defineActor({
    name: "caller",
    init: () => 0,
    info: (state, message: unknown) => {
      strays.push(message);
      return state;
    },
    calls: {
      twice: async (state) => {
        const first = await slow.call.ask("one", { timeoutMs: 10 }).catch(() => "late");
        const second = await slow.call.ask("two", { timeoutMs: 1_000 });
        return reply([first, second], state);
      },
    },
  });
  const caller = await system.start(Caller);
  t.go(async () => {
    const [first, second] = await caller.call.twice();
    if (first !== "one" && first !== "late") throw new Error(`the first answer is ${first}`);
    if (second !== "two") throw new Error(`the second answer is ${second}`);
  });
  await t.quiescent();
  await t.advance(40);
}

/** Three clients and one cell: as if one had come after the other. */
async function oneAtATime(t: Run): Promise<void> {
  const cell = await t.system().start(Cell);
  t.noLeaks();
  for (const by of [1, 10, 100]) {
    t.go(async () => {
      for (let i = 0; i < 3; i += 1) {
        await t.step(`client ${by}`);
        await t.observe(by, () => cell.call.add(by)).catch(() => undefined);
      }
    });
  }
  if (t.choose(2) === 1) t.kill(cell);
  await t.quiescent();
  const sum = { init: 0, apply: (value: number, by: number) => ({ output: value + by, state: value + by }) };
  if (!linearizable(sum, t.history as never))
    throw new Error(`no order explains ${JSON.stringify(t.history)}`);
}

/** A supervisor restarts what it has to, or gives up; it never loses count of who runs. */
async function supervisorsUnderFire(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const strategy = (["oneForOne", "oneForAll", "restForOne"] as const)[t.choose(3)] ?? "oneForOne";
  const living = new Map<string, number>();
  const Member = defineActor({
    name: "member",
    init: (id: string, self) => {
      living.set(id, (living.get(id) ?? 0) + 1);
      self.own(id, () => void living.set(id, (living.get(id) ?? 0) - 1));
      return self.pid;
    },
  });
  t.invariant(() => [...living.values()].every((count) => count <= 1));
  const pids = new Map<string, Pid>();
  const ids = ["a", "b", "c"];
  const top = await system.start(
    supervisor({
      strategy,
      maxRestarts: 2,
      periodMs: 1_000,
      children: ids.map((id) => Member.child(id, { id })),
    }),
  );
  for (const { id, pid } of await top.call.whichChildren()) if (typeof pid === "object") pids.set(id, pid);
  for (const id of ids) t.crash(() => pids.get(id), new Error(`boom ${id}`));
  t.go(() => top.call.countChildren().catch(() => undefined));
  await t.quiescent();
  const gone = await Promise.race([
    top.down().then(() => true),
    top.call.countChildren().then(() => false),
  ]).catch(() => true);
  const left = [...living.values()].reduce((sum, count) => sum + count, 0);
  if (left !== (gone ? 0 : 3))
    throw new Error(`${left} members live under a supervisor that ${gone ? "is gone" : "runs"}`);
}

/** A start with a limit in time comes to a process that lives, or to an error and nothing: no name, nothing held. */
async function startsInTime(t: Run): Promise<void> {
  const system = t.system();
  const names = createRegistry(system, { keys: "unique" });
  await system.start(names);
  t.noLeaks();
  let held = 0;
  const Slow = defineActor({
    name: "slow",
    init: async (gate: Promise<void>, self) => {
      held += 1;
      self.own("file", () => void (held -= 1));
      await gate;
      return 0;
    },
  });
  const name = names.via(Slow, "slow");
  let came: "started" | "late" | undefined;
  const starter = system.spawn(async (self) => {
    const gate = new Promise<void>((open) => {
      self.system.spawn(async (opener) => {
        opener.sendAfter(t.choose(3) * 5, "open");
        await opener.receive();
        open();
      });
    });
    came = await self.start(Slow.child(gate, { name }), undefined, { timeoutMs: 5 }).then(
      () => "started" as const,
      (error) => {
        if (!isActorError(error, "ERR_START_TIMEOUT")) throw error;
        if (names.lookup("slow").length > 0) throw new Error("the name has outlived the start");
        return "late" as const;
      },
    );
    self.trapExit(true);
    await self.receive((message): message is "end" => message === "end");
  });
  await t.advance(5);
  await t.advance(5);
  await t.quiescent();
  const lives = name.whereis() !== undefined;
  if (came === undefined || lives !== (came === "started")) throw new Error(`${came}, and lives: ${lives}`);
  if (held !== (lives ? 1 : 0)) throw new Error(`${held} files are held`);
  starter.send("end");
  const reason = await starter.down();
  if (reason.kind !== "normal") throw new Error(`the starter went with it: ${reason.kind}`);
}

/** An alias for one message is heard once or taken back, never both and never neither. */
async function aliasesTakenBack(t: Run): Promise<void> {
  const system = t.system();
  t.noLeaks();
  const Asker = defineActor({
    name: "asker",
    init: (_: void, self) => ({ alias: self.alias<number>({ once: true }), heard: [] as readonly number[] }),
    calls: {
      alias: (state) => reply(state.alias, state),
      heard: (state) => reply(state.heard, state),
      giveUp: (state, _: void, self) => reply(self.unalias(state.alias), state),
    },
    info: (state, message: number) => ({ ...state, heard: [...state.heard, message] }),
  });
  const asker = await system.start(Asker);
  const alias = await asker.call.alias();
  for (const answer of [1, 2]) t.go(() => alias.send(answer));
  let givenUp: boolean | undefined;
  let heardThen: readonly number[] = [];
  t.go(async () => {
    givenUp = await asker.call.giveUp();
    heardThen = await asker.call.heard();
  });
  await t.quiescent();
  const heard = await asker.call.heard();
  if (heard.length !== (givenUp === true ? 0 : 1)) throw new Error(`given up: ${givenUp}, heard ${heard}`);
  if (heardThen.length !== heard.length) throw new Error(`${heard} came after the alias was taken back`);
}

const Scribe = defineActor({
  name: "scribe",
  init: (): readonly number[] => [],
  casts: { note: (lines, line: number) => [...lines, line] },
});

/** Suspending among casts, questions, a stop or a kill: the order is kept, every question settles, and a trace sees what is handled. */
async function suspendedAndResumed(t: Run): Promise<void> {
  const scribe = await t.system().start(Scribe);
  t.noLeaks();
  const traced: unknown[] = [];
  debug(scribe).trace((event) => {
    if (event.type === "taken" && event.message.kind === "cast") traced.push(event.message.input);
  });
  const inOrder = (lines: readonly unknown[]): void => {
    if (lines.some((line, at) => line !== at)) throw new Error(`out of order: ${lines.join()}`);
  };
  let settled = 0;
  const ask = async (question: () => Promise<unknown>): Promise<void> => {
    const error: unknown = await question().then(
      () => undefined,
      (thrown) => thrown,
    );
    settled += 1;
    if (error !== undefined && !isActorError(error)) throw error;
  };
  const end = t.choose(3);
  t.go(async () => {
    for (let line = 0; line < 4; line += 1) {
      scribe.cast.note(line);
      await t.step(`note ${line}`);
    }
  });
  t.go(() => ask(() => debug(scribe).suspend()));
  t.go(() => ask(() => debug(scribe).resume()));
  t.go(() => ask(async () => inOrder(await debug<readonly number[]>(scribe).state())));
  if (end === 1) t.kill(scribe);
  if (end === 2) t.go(() => ask(() => scribe.stop()));
  await t.quiescent();
  if (settled !== (end === 2 ? 4 : 3)) throw new Error("a question has not settled");
  inOrder(traced);
  if (end !== 0) return void (await scribe.down());
  await debug(scribe).resume();
  const lines = await debug<readonly number[]>(scribe).state();
  if (lines.length !== 4 || traced.length !== 4) throw new Error(`${lines.length} of 4 notes were handled`);
}

/** By the name under which they are explored and replayed. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "calls while members crash": callsWhileMembersCrash,
  "names after death": namesAfterDeath,
  "a stop during a start": stopDuringStart,
  "chains of links": chainsOfLinks,
  "timers and restarts": timersAndRestarts,
  "one terminate": oneTerminate,
  "signals overtake messages": signalsOvertake,
  "late replies": lateReplies,
  "one at a time": oneAtATime,
  "supervisors under fire": supervisorsUnderFire,
  "starts in time": startsInTime,
  "aliases taken back": aliasesTakenBack,
  "suspended and resumed": suspendedAndResumed,
};
