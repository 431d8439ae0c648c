import {
  childSpec,
  createRegistry,
  defineActor,
  dynamicSupervisor,
  ignore,
  next,
  type Pid,
  refuse,
  reply,
  stop,
} from "troupe";
import { probe, testSystem } from "troupe/testing";
import { describe, expect, it } from "vitest";

const Outcomes = defineActor({
  name: "outcomes",
  init: (
    how: string,
    self,
  ): { readonly how: string } | ReturnType<typeof ignore> | ReturnType<typeof refuse> => {
    if (how === "ignore") return ignore();
    if (how === "refuse") return refuse(new Error("refused"));
    if (how === "refuse normal") return refuse("normal");
    if (how === "stop") return stop(new Error("stopped")) as never;
    if (how === "throw") throw new Error("thrown");
    if (how === "exit") return self.exit("shutdown");
    if (how === "bad") return reply(1, 2) as never;
    return { how };
  },
  calls: { how: (s) => reply(s.how, s) },
});

/** Starts a child from a process that traps or not, and tells what became of both. */
async function startedBy(
  trap: boolean,
  how: string,
): Promise<{ readonly starter: string; readonly outcome: string }> {
  await using system = testSystem();
  const outcomes: string[] = [];
  const starter = system.spawn(async (self) => {
    self.trapExit(trap);
    await self.start(Outcomes, how).then(
      () => outcomes.push("started"),
      (error) => outcomes.push(error.code),
    );
    self.send("end");
    outcomes.push(JSON.stringify(await self.receive()));
  });
  const reason = await starter.down();
  return { starter: reason.kind, outcome: outcomes.join(" ") };
}

describe("startProcess", () => {
  it.each([
    ["ignore", "normal", 'ERR_IGNORED "end"', "G2"],
    ["refuse", "normal", 'ERR_START_FAILED "end"', "G4"],
    ["refuse normal", "normal", 'ERR_START_FAILED "end"', "G4"],
    ["stop", "error", "", "G3"],
    ["throw", "error", "", "G5"],
    ["exit", "shutdown", "", "G5"],
    ["bad", "error", "", "G5"],
  ])(
    "init that answers %s leaves a linked starter that does not trap %s (%s, %s)",
    async (how, starter, outcome) => {
      const result = await startedBy(false, how);
      expect(result.starter).toBe(starter);
      if (outcome !== "") expect(result.outcome).toBe(outcome);
    },
  );

  it("G4 init that refuses ends in order: what it has linked itself to lives on", async () => {
    await using system = testSystem();
    const friend = system.spawn(async (self) => void (await self.receive()));
    let friendDied = false;
    void friend.down().then(() => (friendDied = true));
    const Refusing = defineActor({
      init: (_: void, self) => {
        self.link(friend);
        return refuse(new Error("refused"));
      },
    });
    await expect(system.start(Refusing)).rejects.toMatchObject({ code: "ERR_START_FAILED" });
    await system.settle();
    expect(friendDied).toBe(false);
  });

  it.each(["ignore", "refuse", "stop", "throw", "exit", "bad"])(
    "G3 a trapping starter gets no leftover exit when init answers %s",
    async (how) => {
      const { starter, outcome } = await startedBy(true, how);
      expect(starter).toBe("normal");
      expect(outcome.endsWith('"end"')).toBe(true);
    },
  );

  it("the error keeps the reason and the cause", async () => {
    await using system = testSystem();
    const error = await system.start(Outcomes, "throw").catch((caught) => caught);
    expect(error).toMatchObject({ code: "ERR_START_FAILED", handled: "no", cause: { message: "thrown" } });
    expect(error.message).toBe("outcomes did not start: Error: thrown");
  });

  it("G1 a start settles when init has: with a state, or with next and what is to come first", async () => {
    await using system = testSystem();
    const seen: string[] = [];
    const Opening = defineActor({
      init: async (how: "state" | "continue" | "idle", self) => {
        self.send("early");
        await null;
        seen.push(how);
        return how === "state" ? how : next(how, how === "idle" ? { idleMs: 0 } : { continue: "next" });
      },
      continue: (how, what) => (seen.push(`continue ${what}`), how),
      idle: (how) => (seen.push("idle"), how),
      info: (how, message: unknown) => (seen.push(`message ${message}`), how),
    });
    const shown = async (how: "state" | "continue" | "idle") => {
      seen.length = 0;
      const pid = await system.start(Opening, how);
      const atStart = seen.at(0);
      await system.advance(1);
      await pid.stop();
      return [atStart, ...seen.slice(1)];
    };
    expect(await shown("state")).toEqual(["state", "message early"]);
    expect(await shown("continue")).toEqual(["continue", "continue next", "message early"]);
    expect(await shown("idle")).toEqual(["idle", "message early"]);
  });

  it("G7 a name that is taken is refused before init runs", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    let inits = 0;
    const Named = defineActor({ name: "named", init: () => (inits += 1) });
    const name = names.via(Named, "k");
    await system.start(Named.child(undefined, { name }));
    const error = await system.start(Named.child(undefined, { name })).catch((caught) => caught);
    expect(error).toMatchObject({ code: "ERR_NAME_TAKEN", handled: "no" });
    expect(inits).toBe(1);
  });

  it("RF10 a name is free again after each way to fail", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const name = names.via(Outcomes, "k");
    for (const how of ["ignore", "refuse", "stop", "throw", "exit", "bad"]) {
      await system.start(Outcomes.child(how, { name })).catch(() => undefined);
      expect(names.lookup("k")).toEqual([]);
      expect(names.count()).toBe(0);
    }
    await system.start(Outcomes.child("fine", { name }));
    expect(await name.call.how()).toBe("fine");
  });

  it("takes several names, all or none", async () => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    const [a, b] = [names.via(Outcomes, "a"), names.via(Outcomes, "b")];
    const holder = await system.start(Outcomes.child("holder", { name: b }));
    await expect(system.start(Outcomes.child("two", { name: [a, b] }))).rejects.toMatchObject({
      code: "ERR_NAME_TAKEN",
    });
    expect(names.lookup("a")).toEqual([]);
    await holder.stop();
    const both = await system.start(Outcomes.child("two", { name: [a, b] }));
    expect([a.whereis(), b.whereis()]).toEqual([both, both]);
  });

  it("G20 continue runs before messages that came during init", async () => {
    await using system = testSystem();
    let open!: () => void;
    const opened = new Promise<void>((go) => (open = go));
    let pid!: Pid<import("troupe").Speaks<{ seen: () => readonly string[] }, {}, string>>;
    const Late = defineActor({
      init: async (_: void, self) => {
        pid = self.pid as never;
        await opened;
        return next([] as readonly string[], { continue: "go" });
      },
      continue: (seen, what) => [...seen, `continue ${what}`],
      info: (seen, message: string) => [...seen, message],
      calls: { seen: (seen) => reply(seen, seen) },
    });
    const started = system.start(Late);
    await system.settle();
    pid.send("early");
    const asked = pid.call.seen();
    open();
    await started;
    expect(await asked).toEqual(["continue go", "early"]);
  });

  it("starts a long chain of inits without filling the stack", async () => {
    await using system = testSystem();
    let started = 0;
    const Chain: import("troupe").Actor<number> = defineActor({
      init: async (left: number, self) => {
        started += 1;
        if (left > 0) await self.start(Chain, left - 1);
      },
    });
    await system.start(Chain, 5_000);
    expect(started).toBe(5_001);
  });

  it("a process that dies while its init waits has failed to start", async () => {
    await using system = testSystem();
    let self!: import("troupe").Self;
    const Hanging = defineActor({
      init: (_: void, own) => ((self = own), new Promise<number>(() => undefined)),
    });
    const outcome = system.start(Hanging).catch((error) => [error.code, error.reason.kind]);
    await system.settle();
    self.pid.exit("kill");
    expect(await outcome).toEqual(["ERR_START_FAILED", "killed"]);
  });
});

describe("startProcess", () => {
  it.each(["constructor", "then"])("fails when init answers a promise whose %s throws", async (broken) => {
    await using system = testSystem();
    const names = createRegistry(system, { keys: "unique" });
    await system.start(names);
    const boom = new Error("no promise at all");
    const Broken = defineActor({
      init: () =>
        Object.defineProperty(Promise.resolve(0), broken, {
          get: () => {
            throw boom;
          },
        }) as unknown as number,
    });
    const name = names.via(Broken, "broken");
    const start = system.start(Broken.child(undefined, { name }));
    await expect(start).rejects.toMatchObject({ code: "ERR_START_FAILED", reason: { error: boom } });
    expect(system.processes().length).toBe(1);
    expect(name.whereis()).toBeUndefined();
  });
});

describe("startSpec", () => {
  it("refuses a start function that answers a process above the child: nothing would end", async () => {
    await using system = testSystem();
    const above = await system.start(dynamicSupervisor());
    const below = await above.call.startChild(dynamicSupervisor());
    for (const parent of [above, below as typeof above]) {
      const start = parent.call.startChild(childSpec({ id: "circle", start: () => above }));
      await expect(start).rejects.toThrow("which is above it in the tree");
    }
    above.exit("kill");
    expect(await above.down()).toEqual({ kind: "killed" });
  });

  it("adopts what a function of one's own has started", async () => {
    await using system = testSystem();
    const watcher = probe(system);
    const spec = childSpec({ id: "own", start: () => system.start(Outcomes, "by hand") });
    const pid = await watcher.self.start(spec);
    expect(await pid.call.how()).toBe("by hand");
    pid.exit("kill");
    expect(await watcher.next()).toMatchObject({ type: "exit", reason: { kind: "killed" } });
  });

  it("kills what a function has started for a supervisor that was killed meanwhile", async () => {
    await using system = testSystem();
    let open!: () => void;
    const opened = new Promise<void>((go) => (open = go));
    let late: Pid | undefined;
    const slow = childSpec({
      id: "slow",
      start: async () => {
        await opened;
        late = await system.start(Outcomes, "late");
        return late;
      },
    });
    const app = await system.start(dynamicSupervisor());
    const starting = app.call.startChild(slow).catch((error) => error.code);
    await system.settle();
    app.exit("kill");
    expect(await starting).toBe("ERR_EXITED");
    open();
    await system.settle();
    expect(await late?.down()).toEqual({ kind: "killed" });
  });

  it.each([
    ["ignore", () => ignore() as never, "ERR_IGNORED"],
    ["refuse", () => refuse(new Error("no")) as never, "ERR_START_FAILED"],
    [
      "a throw",
      () => {
        throw new Error("no");
      },
      "ERR_START_FAILED",
    ],
    ["anything else", () => 7 as never, "ERR_START_FAILED"],
  ])("takes %s", async (_what, start, code) => {
    await using system = testSystem();
    await expect(system.start(childSpec({ id: "own", start }))).rejects.toMatchObject({ code });
  });
});
