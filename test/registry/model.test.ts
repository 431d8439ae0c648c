import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pid } from "../../src/core/pid.ts";
import { claimsOf, createRegistry, processOfRegistry } from "../../src/registry/create-registry.ts";
import type { Entry } from "../../src/registry/entry.ts";
import type { Key } from "../../src/registry/key.ts";
import type { RegistryEvent } from "../../src/registry/listener.ts";
import type { Members } from "../../src/registry/members.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { depthOf } from "../depth.ts";
import { kill, type Lingerer, lingerer } from "./people.ts";

/** What may happen, by numbers: which process, which key, which entry that was ever made. */
type Step =
  | { readonly does: "register"; readonly who: number; readonly key: number }
  | { readonly does: "unregister"; readonly who: number; readonly key: number }
  | { readonly does: "transfer"; readonly entry: number; readonly who: number; readonly key: number }
  | { readonly does: "remove"; readonly entry: number }
  | { readonly does: "update"; readonly who: number; readonly key: number }
  | {
      readonly does: "unregisterMatch";
      readonly who: number;
      readonly key: number | undefined;
      readonly odd: boolean;
    }
  | { readonly does: "stop" | "letGo" | "kill" | "replace"; readonly who: number }
  | { readonly does: "killRegistry" };

const KEYS: readonly Key[] = ["a", ["a"], ["a", 1], 1n];
const PEOPLE = 4;

const who = fc.nat(PEOPLE - 1);
const key = fc.nat(KEYS.length - 1);
const entry = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("register"), who, key }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("unregister"), who, key }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("transfer"), entry, who, key }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("remove"), entry }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("update"), who, key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("unregisterMatch"),
      who,
      key: fc.option(key, { nil: undefined }),
      odd: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom("stop", "letGo", "kill", "replace"), who }) },
  { weight: 1, arbitrary: fc.constant({ does: "killRegistry" }) },
) as fc.Arbitrary<Step>;

type Standing = "alive" | "stopping" | "dead";
interface Fact {
  readonly who: number;
  readonly key: number;
  readonly value: number;
}

/** The registry said in the plainest way: a list of facts in the order in which they came about. */
class Model {
  facts: Fact[] = [];
  readonly standing: Standing[] = Array.from({ length: PEOPLE }, () => "alive");
  readonly #single: boolean;

  constructor(single: boolean) {
    this.#single = single;
  }

  register(fact: Fact): "ok" | "taken" | "gone" {
    if (this.standing[fact.who] !== "alive") return "gone";
    if (this.#single && this.facts.some((each) => each.key === fact.key)) return "taken";
    this.facts.push(fact);
    return "ok";
  }

  transfer(value: number, who: number, key: number): "ok" | "none" | "gone" {
    const fact = this.facts.find((each) => each.value === value);
    if (fact === undefined) return "none";
    if (this.standing[who] !== "alive") return "gone";
    const others = this.facts.filter((each) => each !== fact);
    if (this.#single && others.some((each) => each.key === key)) return "none";
    this.facts = [...others, { who, key, value }];
    return "ok";
  }

  update(who: number, key: number, value: number): boolean {
    const at = this.facts.findIndex((each) => each.who === who && each.key === key);
    if (at >= 0) this.facts[at] = { who, key, value };
    return at >= 0;
  }

  /** How many went. */
  drop(which: (fact: Fact) => boolean): number {
    const before = this.facts.length;
    this.facts = this.facts.filter((fact) => !which(fact));
    return before - this.facts.length;
  }

  shown(key: number): Fact[] {
    return this.facts.filter((fact) => fact.key === key && this.standing[fact.who] === "alive");
  }
}

/** The registry and its model side by side; every entry has a value of its own. */
class Scene {
  readonly model: Model;
  readonly registry;
  readonly claims;
  readonly watched = new Map<number, Set<number>>();
  readonly views: readonly Members<number>[];
  readonly entries: { readonly value: number; entry: Entry<number> }[] = [];
  readonly #system: TestSystem;
  readonly #people: Lingerer[] = [];
  readonly #dead: Pid[] = [];
  readonly #mirror = new Map<number, readonly [Pid, Key]>();
  readonly #misfits: unknown[] = [];

  constructor(system: TestSystem, kind: "unique" | "duplicate") {
    this.#system = system;
    this.model = new Model(kind === "unique");
    this.registry =
      kind === "unique"
        ? createRegistry<Key, number>(system, { keys: kind })
        : createRegistry<Key, number>(system, { keys: kind });
    this.claims = claimsOf<Key, number>(this.registry);
    this.views = KEYS.map((each, at) => this.#watch(each, at));
    this.registry.listen((event) => this.#note(event));
  }

  async gather(): Promise<void> {
    while (this.#people.length < PEOPLE) this.#people.push(await lingerer(this.#system));
  }

  async take(done: Step): Promise<void> {
    const { model, registry, claims } = this;
    switch (done.does) {
      case "register": {
        const value = this.entries.length;
        const expected = model.register({ who: done.who, key: done.key, value });
        const got = attempt(() => registry.register(KEYS[done.key]!, this.#pid(done.who), value));
        expect(got === "gone" ? got : got?.ok ? "ok" : "taken").toBe(expected);
        if (got !== "gone" && got?.ok) this.entries.push({ value, entry: got.entry });
        return;
      }
      case "unregister": {
        const expected = model.drop((fact) => fact.who === done.who && fact.key === done.key);
        expect(registry.unregister(KEYS[done.key]!, this.#pid(done.who))).toBe(expected > 0);
        return;
      }
      case "unregisterMatch": {
        const isMeant = (value: number): boolean => value % 2 === Number(done.odd);
        const expected = model.drop(
          (fact) =>
            fact.who === done.who && (done.key === undefined || fact.key === done.key) && isMeant(fact.value),
        );
        const bound = done.key === undefined ? {} : { key: KEYS[done.key]! };
        expect(registry.unregisterMatch({ ...bound, pid: this.#pid(done.who), where: isMeant })).toBe(
          expected,
        );
        return;
      }
      case "update": {
        if (registry.kind === "duplicate") return;
        const value = this.entries.length;
        const expected = model.update(done.who, done.key, value);
        const got = registry.updateValue(KEYS[done.key]!, this.#pid(done.who), () => value);
        expect(got.ok).toBe(expected);
        if (got.ok) this.entries.push({ value, entry: got.entry });
        return;
      }
      case "transfer": {
        const known = this.entries[done.entry % this.entries.length];
        if (known === undefined) return;
        const before = known.entry;
        const expected = model.transfer(known.value, done.who, done.key);
        const to = { key: KEYS[done.key]!, pid: this.#pid(done.who) };
        const got = attempt(() => claims.transfer(before, to));
        expect(got === "gone" ? got : got === undefined ? "none" : "ok").toBe(expected);
        if (got !== "gone" && got !== undefined) {
          known.entry = got;
          expect(claims.transfer(before, to)).toBeUndefined();
        }
        return;
      }
      case "remove": {
        const known = this.entries[done.entry % this.entries.length];
        if (known === undefined) return;
        expect(claims.remove(known.entry)).toBe(model.drop((fact) => fact.value === known.value) > 0);
        return;
      }
      case "killRegistry": {
        // Nobody lists it: the next use starts it again, with all it knew.
        const { pid } = processOfRegistry(registry);
        if (pid !== undefined) await kill(pid);
        return;
      }
      default:
        return this.#end(done.does, done.who);
    }
  }

  /** All that can be asked is as the model says. */
  check(): void {
    const { model, registry, claims } = this;
    expect(claims.count).toBe(model.facts.length);
    for (const [at, key] of KEYS.entries()) {
      const shown = model.shown(at);
      const entries = registry.lookup(key);
      expect(entries.map(({ value }) => value)).toEqual(shown.map(({ value }) => value));
      expect(entries.map(({ pid }) => pid)).toEqual(shown.map((fact) => this.#pid(fact.who)));
      const members = Array.from({ length: this.views[at]!.size }, (_, index) => this.views[at]!.at(index)!);
      expect(new Set(members)).toEqual(new Set(entries));
      expect(this.views[at]!.claims).toBe(model.facts.filter((fact) => fact.key === at).length);
      expect(this.watched.get(at)).toEqual(new Set(shown.map(({ value }) => value)));
      for (let who = 0; who < PEOPLE; who += 1) {
        const own = model.facts.filter((fact) => fact.who === who && fact.key === at);
        expect(registry.values(key, this.#pid(who))).toEqual(own.map(({ value }) => value));
      }
    }
    for (let who = 0; who < PEOPLE; who += 1) {
      const own = model.facts.filter((fact) => fact.who === who);
      expect(registry.keys(this.#pid(who))).toEqual(own.map((fact) => KEYS[fact.key]));
    }
    for (const pid of this.#dead) expect(registry.keys(pid)).toEqual([]);
    const living = model.facts.filter((fact) => model.standing[fact.who] === "alive");
    expect(new Set(registry.entries().map(({ value }) => value))).toEqual(
      new Set(living.map(({ value }) => value)),
    );
    expect(registry.countMatch({ where: (value) => value % 2 === 0 })).toBe(
      living.filter(({ value }) => value % 2 === 0).length,
    );
    // What was told, event by event, has come to what is there.
    expect(this.#misfits).toEqual([]);
    expect(this.#mirror).toEqual(
      new Map(model.facts.map((fact) => [fact.value, [this.#pid(fact.who), KEYS[fact.key]]])),
    );
  }

  /** Each entry comes once and goes once, as what it was when it came; what a listener throws is not heard here. */
  #note(event: RegistryEvent<Key, number>): void {
    const was = event.type === "update" ? event.before : event;
    const known = this.#mirror.get(was.value);
    const fits = event.type === "register" ? known === undefined : known?.[0] === was.pid;
    if (!fits) this.#misfits.push(event);
    if (event.type !== "register") this.#mirror.delete(was.value);
    if (event.type === "register" || event.type === "update")
      this.#mirror.set(event.value, [event.pid, event.key]);
  }

  async #end(how: "stop" | "letGo" | "kill" | "replace", who: number): Promise<void> {
    const { standing } = this.model;
    const person = this.#people[who]!;
    if (how === "stop" && standing[who] === "alive") {
      await person.stop();
      standing[who] = "stopping";
    } else if (how === "letGo" && standing[who] === "stopping") {
      await person.letGo();
      this.#buried(who);
    } else if (how === "kill" && standing[who] !== "dead") {
      await kill(person.pid);
      this.#buried(who);
    } else if (how === "replace" && standing[who] === "dead") {
      this.#dead.push(person.pid);
      this.#people[who] = await lingerer(this.#system);
      standing[who] = "alive";
    }
  }

  #buried(who: number): void {
    this.model.standing[who] = "dead";
    this.model.drop((fact) => fact.who === who);
  }

  #pid(who: number): Pid {
    return this.#people[who]!.pid;
  }

  /** Keeps a book of who joined and left; it has to agree with the lookup. */
  #watch(key: Key, at: number): Members<number> {
    const book = new Set<number>();
    this.watched.set(at, book);
    const members = this.claims.members(key);
    members.observe({
      joined: ({ value }) => {
        // An entry that moves within its key joins anew before the old one is told to have left.
        expect(members.indexOf(this.claims.lookup(key).at(-1)!)).toBeGreaterThanOrEqual(0);
        book.add(value);
      },
      left: ({ value }) => {
        if (!this.claims.lookup(key).some((each) => each.value === value)) book.delete(value);
      },
      lost: ({ value }) => expect(book.has(value)).toBe(false),
    });
    return members;
  }
}

describe.each(["unique", "duplicate"] as const)("a registry with %s keys", (kind) => {
  it("R36 R38 R63 R64 RF7 RF8 RF14 answers as a list of facts does, whoever stops, dies and moves when", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await using system = testSystem();
        const scene = new Scene(system, kind);
        await scene.gather();
        for (const each of steps) {
          await scene.take(each);
          await system.settle();
          scene.check();
        }
      }),
      { numRuns: depthOf(100) },
    );
  });
});

/** What came of it; `"gone"` when the process takes no messages any more. */
function attempt<T>(run: () => T): T | "gone" {
  try {
    return run();
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_NOPROC" });
    return "gone";
  }
}
