/**
 * The registry said in the plainest way, and both side by side: after every step, all that can be asked is as a list
 * of facts says.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createRegistry, type Entry, isActorError, type Key, type Pid, type RegistryEvent } from "troupe";
import type { Run, TestSystem } from "troupe/testing";
import { claimsOf, processOfRegistry } from "../../src/registry/create-registry.ts";
import type { Members } from "../../src/registry/members.ts";
import { kill, type Lingerer, lingerer } from "../registry/people.ts";

/** What may happen, by numbers: which process, which key, which entry that was ever made. */
export type Step =
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

export const KEYS: readonly Key[] = ["a", ["a"], ["a", 1], 1n];
/** How many processes there are at a time. */
export const PEOPLE = 4;
/** Steps mean one of so many entries, counted round. */
export const ENTRIES = 31;
/** Of one sequence. */
export const MOST_STEPS = 40;
/** As often as each comes about. */
const STEPS: readonly Step["does"][] = [
  ...Array<"register">(6).fill("register"),
  ...Array<"unregister">(3).fill("unregister"),
  ...Array<"transfer">(4).fill("transfer"),
  "remove",
  ...Array<"update">(2).fill("update"),
  ...Array<"unregisterMatch">(2).fill("unregisterMatch"),
  "stop",
  "letGo",
  "kill",
  "replace",
  "killRegistry",
];

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
export class Scene {
  readonly model: Model;
  readonly registry;
  readonly claims;
  readonly watched = new Map<number, Set<number>>();
  readonly views: readonly Members<number>[];
  readonly entries: { readonly value: number; entry: Entry<number> }[] = [];
  readonly #system: TestSystem;
  readonly #people: Lingerer[] = [];
  /** Those too who have been replaced. */
  readonly #everybody: Lingerer[] = [];
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
    while (this.#people.length < PEOPLE) this.#people.push(await this.#newcomer());
  }

  /** Nobody lingers any more, the dead's last work included. */
  async letAllGo(): Promise<void> {
    for (const person of this.#everybody) await person.letGo();
  }

  async take(done: Step): Promise<void> {
    const { model, registry, claims } = this;
    switch (done.does) {
      case "register": {
        const value = this.entries.length;
        const expected = model.register({ who: done.who, key: done.key, value });
        const got = attempt(() => registry.register(KEYS[done.key]!, this.#pid(done.who), value));
        assert.equal(got === "gone" ? got : got?.ok ? "ok" : "taken", expected);
        if (got !== "gone" && got?.ok) this.entries.push({ value, entry: got.entry });
        return;
      }
      case "unregister": {
        const expected = model.drop((fact) => fact.who === done.who && fact.key === done.key);
        assert.equal(registry.unregister(KEYS[done.key]!, this.#pid(done.who)), expected > 0);
        return;
      }
      case "unregisterMatch": {
        const isMeant = (value: number): boolean => value % 2 === Number(done.odd);
        const expected = model.drop(
          (fact) =>
            fact.who === done.who && (done.key === undefined || fact.key === done.key) && isMeant(fact.value),
        );
        const bound = done.key === undefined ? {} : { key: KEYS[done.key]! };
        assert.equal(
          registry.unregisterMatch({ ...bound, pid: this.#pid(done.who), where: isMeant }),
          expected,
        );
        return;
      }
      case "update": {
        if (registry.kind === "duplicate") return;
        const value = this.entries.length;
        const expected = model.update(done.who, done.key, value);
        const got = registry.updateValue(KEYS[done.key]!, this.#pid(done.who), () => value);
        assert.equal(got.ok, expected);
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
        assert.equal(got === "gone" ? got : got === undefined ? "none" : "ok", expected);
        if (got !== "gone" && got !== undefined) {
          known.entry = got;
          assert.equal(claims.transfer(before, to), undefined);
        }
        return;
      }
      case "remove": {
        const known = this.entries[done.entry % this.entries.length];
        if (known === undefined) return;
        assert.equal(claims.remove(known.entry), model.drop((fact) => fact.value === known.value) > 0);
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
    assert.equal(claims.count, model.facts.length);
    for (const [at, key] of KEYS.entries()) {
      const shown = model.shown(at);
      const entries = registry.lookup(key);
      assert.deepEqual(
        entries.map(({ value }) => value),
        shown.map(({ value }) => value),
      );
      assert.ok(entries.every(({ pid }, index) => pid === this.#pid(shown[index]!.who)));
      const members = Array.from({ length: this.views[at]!.size }, (_, index) => this.views[at]!.at(index)!);
      assert.equal(members.length, entries.length);
      assert.ok(entries.every((entry) => members.includes(entry)));
      assert.equal(this.views[at]!.claims, model.facts.filter((fact) => fact.key === at).length);
      assert.deepEqual(this.watched.get(at), new Set(shown.map(({ value }) => value)));
      for (let who = 0; who < PEOPLE; who += 1) {
        const own = model.facts.filter((fact) => fact.who === who && fact.key === at);
        assert.deepEqual(
          registry.values(key, this.#pid(who)),
          own.map(({ value }) => value),
        );
      }
    }
    for (let who = 0; who < PEOPLE; who += 1) {
      const own = model.facts.filter((fact) => fact.who === who);
      assert.deepEqual(
        registry.keys(this.#pid(who)),
        own.map((fact) => KEYS[fact.key]),
      );
    }
    for (const pid of this.#dead) assert.deepEqual(registry.keys(pid), []);
    const living = model.facts.filter((fact) => model.standing[fact.who] === "alive");
    assert.deepEqual(
      new Set(registry.entries().map(({ value }) => value)),
      new Set(living.map(({ value }) => value)),
    );
    assert.equal(
      registry.countMatch({ where: (value) => value % 2 === 0 }),
      living.filter(({ value }) => value % 2 === 0).length,
    );
    // What was told, event by event, has come to what is there.
    assert.deepEqual(this.#misfits, []);
    assert.equal(this.#mirror.size, model.facts.length);
    for (const fact of model.facts) {
      const [pid, key] = this.#mirror.get(fact.value) ?? [];
      assert.ok(pid === this.#pid(fact.who));
      assert.deepEqual(key, KEYS[fact.key]);
    }
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
      this.#people[who] = await this.#newcomer();
      standing[who] = "alive";
    }
  }

  async #newcomer(): Promise<Lingerer> {
    const person = await lingerer(this.#system);
    this.#everybody.push(person);
    return person;
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
        assert.ok(members.indexOf(this.claims.lookup(key).at(-1)!) >= 0);
        book.add(value);
      },
      left: ({ value }) => {
        if (!this.claims.lookup(key).some((each) => each.value === value)) book.delete(value);
      },
      lost: ({ value }) => assert.equal(book.has(value), false),
    });
    return members;
  }
}

/** Some steps, each of which a run chooses; all that can be asked is as the model says after each of them. */
export const asAListOfFacts =
  (kind: "unique" | "duplicate") =>
  async (t: Run): Promise<void> => {
    const system = t.system();
    t.noLeaks();
    const scene = new Scene(system, kind);
    await scene.gather();
    for (let left = t.choose(MOST_STEPS); left >= 0; left -= 1) {
      await scene.take(chosenStep(t));
      await t.quiescent();
      scene.check();
    }
    await scene.letAllGo();
  };

function chosenStep(t: Run): Step {
  const does = STEPS[t.choose(STEPS.length)]!;
  const [who, key] = [t.choose(PEOPLE), t.choose(KEYS.length)];
  switch (does) {
    case "transfer":
      return { does, who, key, entry: t.choose(ENTRIES) };
    case "remove":
      return { does, entry: t.choose(ENTRIES) };
    case "unregisterMatch":
      return { does, who, key: t.choose(2) === 0 ? undefined : key, odd: t.choose(2) === 0 };
    default:
      return { does, who, key };
  }
}

/** What came of it; `"gone"` when the process takes no messages any more. */
function attempt<T>(run: () => T): T | "gone" {
  try {
    return run();
  } catch (error) {
    if (!isActorError(error, "ERR_NOPROC")) throw error;
    return "gone";
  }
}
