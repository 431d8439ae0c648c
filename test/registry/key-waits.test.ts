import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { claimsOf, createRegistry, processOfRegistry } from "../../src/registry/create-registry.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { leaksOf } from "../../src/testing/leaks.ts";
import { firstOracle, oracleRandom, seededOracle } from "../../src/testing/oracle.ts";
import { simulate, type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { kill, lingerer, people, person } from "./people.ts";

describe.each(["unique", "duplicate"] as const)("whenRegistered with %s keys", (kind) => {
  const make = (system: TestSystem) =>
    kind === "unique"
      ? createRegistry<string, number>(system, { keys: kind, name: "names" })
      : createRegistry<string, number>(system, { keys: kind, name: "names" });

  it("R69 answers at once who is there", async () => {
    await using system = testSystem();
    const names = make(system);
    const ann = person(system);
    names.register("a", ann, 7);
    expect(await names.whenRegistered("a", { timeoutMs: 0 })).toBe(names.lookup("a")[0]);
  });

  it("R69 waits for the first who comes, with all who wait, and keeps nothing of it", async () => {
    await using system = testSystem();
    const names = make(system);
    const waits = [names.whenRegistered("a"), names.whenRegistered("a"), names.whenRegistered("b")];
    const [ann, bob] = people(system, 2) as [Pid, Pid];
    names.register("a", ann, 1);
    names.register("b", bob, 2);
    expect((await Promise.all(waits)).map(({ value }) => value)).toEqual([1, 1, 2]);
    await kill(ann);
    await kill(bob);
    expect(claimsOf(names).slots.size).toBe(0);
  });

  it("R69 does not take a process that is stopping for one that is there", async () => {
    await using system = testSystem();
    const names = make(system);
    const old = await lingerer(system);
    names.register("a", old.pid, 1);
    await old.stop();
    const wait = names.whenRegistered("a");
    await old.letGo();
    const young = person(system);
    names.register("a", young, 2);
    expect((await wait).pid).toBe(young);
  });

  it("R69 gives up with its deadline, its signal and its process, and leaves nothing behind", async () => {
    await using system = testSystem();
    const names = make(system);
    const leaving = new AbortController();
    const codes: unknown[] = [];
    const note = (error: { readonly code: string; readonly handled: string }): void =>
      void codes.push(`${error.code} ${error.handled}`);
    const late = names.whenRegistered("a", { timeoutMs: 20 }).catch((error) => (note(error), error));
    void names.whenRegistered("a", { signal: leaving.signal }).catch(note);
    const waiter = system.spawn(async () => void (await names.whenRegistered("a").catch(note)));
    await system.settle();
    expect(claimsOf(names).slots.size).toBe(1);
    leaving.abort();
    await kill(waiter);
    await system.advance(20);
    expect(String(await late)).toContain("nobody was registered as a in names within 20 ms");
    expect(codes).toEqual(["ERR_ABORTED no", "ERR_DETACHED no", "ERR_AWAIT_TIMEOUT no"]);
    expect(claimsOf(names).slots.size).toBe(0);
  });

  it("R69 begins nothing for what is no key, nor with what is no signal", async () => {
    const simulated = simulate(firstOracle, oracleRandom(seededOracle(0)), {});
    const { system, scheduler } = simulated;
    const names = createRegistry<object>(system, { keys: kind as "unique" });
    const round: object[] = [];
    round.push(round, round);
    await expect(names.whenRegistered(round)).rejects.toThrow(/tuples nest at most 32 deep/);
    const signal = {} as AbortSignal;
    await expect(names.whenRegistered([], { signal })).rejects.toThrow(/signal must be an AbortSignal/);
    expect([claimsOf(names).slots.size, scheduler.held]).toEqual([0, 0]);
    await system[Symbol.asyncDispose]();
    expect(await leaksOf(simulated)).toBeUndefined();
  });

  it("R69 goes on while the registry's process is down, and begins none meanwhile", async () => {
    await using system = testSystem();
    const names = make(system);
    const app = supervisor({ strategy: "oneForOne", backoff: { minMs: 100, maxMs: 100 }, children: [names] });
    await system.start(app);
    const wait = names.whenRegistered("a");
    await kill(processOfRegistry(names).pid!);
    await system.settle();
    await expect(names.whenRegistered("a")).rejects.toMatchObject({ code: "ERR_NOT_RUNNING" });
    await system.advance(200);
    const ann = person(system);
    names.register("a", ann, 1);
    expect((await wait).pid).toBe(ann);
  });
});
