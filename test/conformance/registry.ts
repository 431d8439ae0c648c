/**
 * The family of registries: entries, queries, dispatch, names, listeners, meta, locks and the registry's end.
 * Owners are actors, so that whoever is found under a name can answer.
 *
 * @module
 */

import { ignore, refuse, reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import type { Exit } from "../../src/actors/links.ts";
import { isActorError } from "../../src/core/errors.ts";
import { type Name, type Pid, portOf } from "../../src/core/pid.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import type { Entry } from "../../src/registry/entry.ts";
import type { Key } from "../../src/registry/key.ts";
import type { RegistryEvent } from "../../src/registry/listener.ts";
import type { Where } from "../../src/registry/pattern.ts";
import type { DuplicateRegistry, RegistryProcess, UniqueRegistry } from "../../src/registry/registry.ts";
import { type TestSystem, testSystem } from "../../src/testing/test-system.ts";
import { canonical } from "./compare.ts";
import type { Family, Line, Played } from "./family.ts";
import { reasonOf, textOf, textOfFailure } from "./reasons.ts";
import { Listened } from "./registry-events.ts";
import { type Leaving, LockPlayers } from "./registry-locks.ts";
import { type Guard, isWildcard, type Pattern, whereOf } from "./registry-patterns.ts";
import { registryRules } from "./registry-rules.ts";

interface Step {
  readonly op: string;
  readonly r: string;
  readonly by: string;
  readonly owner: string;
  readonly name: string;
  readonly key: Key;
  readonly value?: unknown;
  readonly reason: string;
  readonly init: "ok" | "stop" | "raise" | "ignore";
  readonly raise?: boolean;
  readonly pattern: Pattern;
  readonly guards?: readonly Guard[];
  readonly fn: { readonly add?: number; readonly set?: unknown; readonly raise?: string };
  readonly options: Readonly<Record<string, unknown>>;
  readonly p: string;
  readonly how: Leaving["how"];
  readonly wart?: readonly string[];
}
interface Scenario {
  readonly registries: readonly {
    readonly name: string;
    readonly keys: "unique" | "duplicate";
    readonly partitions?: number;
    readonly listener?: true | "missing";
    readonly meta?: Readonly<Record<string, unknown>>;
  }[];
  readonly owners: readonly { readonly name: string; readonly trap?: boolean }[];
  readonly steps: readonly Step[];
}
type AnyRegistry = UniqueRegistry<Key, unknown> | DuplicateRegistry<Key, unknown>;

/** An owner: answers who it is, writes down what it is told, ends when asked to. */
const Owner = defineActor({
  name: "owner",
  init: ({ name, trap = false, begin = "ok", heard }: Birth, self) => {
    if (trap) self.trapExit(true);
    if (begin === "stop") return refuse(reasonOf("refused"));
    if (begin === "raise") throw new Error("bad");
    return begin === "ignore" ? ignore() : { name, heard };
  },
  calls: { who: (owner) => reply(owner.name, owner) },
  casts: {
    hello: (owner) => (owner.heard(owner.name), owner),
    end: (_owner, reason: string, self) => self.exit(reasonOf(reason)),
  },
  info: (owner, message: "hello" | Exit) => {
    owner.heard(typeof message === "string" ? owner.name : `EXIT ${textOf(message.reason)}`);
    return owner;
  },
});
/** A listener that is not there. */
const Listener = defineActor({
  name: "listener",
  init: () => 0,
  info: (state, _event: RegistryEvent<Key, unknown>) => state,
});
interface Birth {
  readonly name: string;
  readonly trap?: boolean | undefined;
  readonly begin?: Step["init"];
  readonly heard: (what: string) => void;
}
type OwnerPid = Pid<typeof Owner>;

class Play {
  readonly #system: TestSystem;
  readonly #registries = new Map<string, AnyRegistry>();
  readonly #processes = new Map<string, Pid<RegistryProcess>>();
  readonly #owners = new Map<string, OwnerPid>();
  readonly #listened: Listened;
  readonly #locks: LockPlayers;
  /** What was heard in this step, by owner. */
  #heard: [string, string][] = [];

  constructor(system: TestSystem) {
    this.#system = system;
    this.#listened = new Listened((pid) => this.#nameOf(pid) ?? "failed");
    this.#locks = new LockPlayers(system);
  }

  async run({ registries, owners, steps }: Scenario): Promise<unknown> {
    for (const { name, keys, listener, meta } of registries) {
      const options = { name, onDown: "exit", ...(meta === undefined ? {} : { meta }) } as const;
      const registry: AnyRegistry =
        keys === "unique"
          ? createRegistry<Key, unknown>(this.#system, { ...options, keys })
          : createRegistry<Key, unknown>(this.#system, { ...options, keys });
      this.#registries.set(name, registry);
      this.#processes.set(name, (await this.#system.start(registry)) as Pid<RegistryProcess>);
      if (listener === true) this.#listened.add(name, registry);
      if (listener === "missing") registry.listen(this.#missing());
    }
    for (const { name, trap } of owners) await this.#spawn(name, trap);
    const [results, events]: [unknown[], unknown[]] = [[], []];
    for (const step of steps) {
      this.#heard = [];
      if (this.#listened.isUsed) this.#listened.begin();
      results.push(await this.#result(step));
      await this.#system.settle();
      if (this.#listened.isUsed) events.push(this.#listened.end(step));
    }
    return this.#listened.isUsed ? { results, events } : { results };
  }

  /** A name that nobody has. */
  #missing(): Name<typeof Listener> {
    return createRegistry(this.#system, { keys: "unique" }).via(Listener, "missing");
  }

  async #spawn(name: string, trap?: boolean): Promise<"ok"> {
    this.#owners.set(name, await this.#system.start(Owner, this.#birth(name, { trap })));
    return "ok";
  }

  #birth(name: string, how: Pick<Birth, "trap" | "begin">): Birth {
    return { name, ...how, heard: (what) => this.#heard.push([name, what]) };
  }

  /** Only that an error was raised is compared, not which. */
  async #result(step: Step): Promise<unknown> {
    try {
      return await this.#do(step);
    } catch (error) {
      return isActorError(error, "ERR_NOPROC") ? { exit: "noproc" } : raisedBy(error);
    }
  }

  /** A registry that nobody has started stands for one that nobody knows. */
  #registry({ r }: Step): AnyRegistry {
    let registry = this.#registries.get(r);
    if (registry === undefined) {
      registry = createRegistry<Key, unknown>(this.#system, { keys: "unique", name: r });
      registry.child();
      this.#registries.set(r, registry);
    }
    return registry;
  }

  #owner(name: string): OwnerPid {
    return this.#owners.get(name) as OwnerPid;
  }

  #nameOf(pid: unknown): string | null {
    for (const [name, known] of this.#owners) if (known === pid) return name;
    return null;
  }

  #shown(entries: readonly Entry<unknown>[]): unknown[] {
    return entries.map(({ pid, value }) => [this.#nameOf(pid), value ?? null]);
  }

  #do(step: Step): unknown {
    const { op, key, value } = step;
    switch (op) {
      case "register":
        return this.#register(step, value ?? null, (owner) => ({ error: "already_registered", owner }));
      case "register_name":
        return this.#register(step, undefined, () => "no") === "ok" ? "yes" : "no";
      case "unregister":
      case "unregister_name": {
        // Whether there was anything is told here, and not there.
        this.#registry(step).unregister(key, this.#owner(step.by));
        return "ok";
      }
      case "unregister_match":
        this.#registry(step).unregisterMatch({ key, pid: this.#owner(step.by), where: this.#where(step) });
        return "ok";
      case "match":
        return this.#shown(this.#registry(step).match(key, this.#where(step)));
      case "count_match":
        return this.#registry(step).countMatch({ key, where: this.#where(step) });
      case "select":
        return this.#select(step);
      case "all":
        return this.#registry(step)
          .entries()
          .map((entry) => [entry.key, this.#nameOf(entry.pid), entry.value ?? null]);
      case "update_value":
        return this.#update(step);
      case "meta": {
        const found = this.#registry(step).meta(key);
        return found === undefined ? "error" : { ok: found };
      }
      case "put_meta":
        this.#registry(step).putMeta(key, value);
        return "ok";
      case "delete_meta":
        this.#registry(step).deleteMeta(key);
        return "ok";
      case "lock_enter":
        return this.#locks.enter(step.p, this.#registry(step), key);
      case "lock_leave":
        return this.#locks.leave(step.p, { how: step.how, value });
      case "lock_crash":
        return this.#locks.crash(step.p);
      case "start_registry":
        createRegistry(this.#system, step.options as never);
        return "ok";
      case "lookup":
        return this.#shown(this.#registry(step).lookup(key));
      case "values":
        return this.#registry(step)
          .values(key, this.#owner(step.owner))
          .map((one) => one ?? null);
      case "keys":
        return this.#registry(step).keys(this.#owner(step.owner));
      case "count":
        return this.#registry(step).count();
      case "dispatch":
        return this.#dispatch(step);
      case "whereis":
        return this.#nameOf(this.#unique(step).whereis(key));
      case "via_start":
        return this.#start(step);
      case "via_call":
        return this.#via(step).call.who();
      case "via_cast":
        return this.#told(() => this.#via(step).cast.hello());
      case "via_send":
        return this.#told(() => this.#via(step).send("hello"));
      case "spawn":
        return this.#spawn(step.name);
      case "crash":
        return this.#crash(step);
      case "registry_stop":
        return this.#stop(step);
      default:
        throw new TypeError(`op ${op} is unknown`);
    }
  }

  #register(step: Step, value: unknown, taken: (owner: string | null) => unknown): unknown {
    const done = this.#registry(step).register(step.key, this.#owner(step.by), value);
    if (done.ok) return "ok";
    return taken("holder" in done ? this.#nameOf(done.holder.pid) : null);
  }

  #where({ pattern, guards }: Step): Where<Key, unknown> {
    return whereOf(pattern, guards) as Where<Key, unknown>;
  }

  #select(step: Step): unknown {
    const key = step.key as unknown;
    const where = whereOf(step.value, step.guards) as Where<Key, unknown>;
    const query = isWildcard(key) ? { where } : { key: key as Key, where };
    const found = this.#registry(step).entries(query);
    return found.map(({ pid }) => this.#nameOf(pid)).sort();
  }

  #update(step: Step): unknown {
    const { add, set, raise } = step.fn;
    const done = this.#unique(step).updateValue(step.key, this.#owner(step.by), (value) => {
      if (raise !== undefined) throw new Scripted(raise);
      if (add === undefined) return set;
      if (typeof value !== "number") throw new Scripted("bad argument in arithmetic expression");
      return value + add;
    });
    return done.ok ? { new: done.entry.value ?? null, old: done.before ?? null } : "error";
  }

  #dispatch(step: Step): unknown {
    const calls: unknown[] = [];
    try {
      this.#registry(step).dispatch(step.key, (entries) => {
        calls.push(this.#shown(entries));
        if (step.raise) throw new Scripted("raised by the callback");
      });
      return { returned: "ok", calls };
    } catch (error) {
      return { ...raisedBy(error), calls };
    }
  }

  /** Names are there in unique registries only; what is asked of another raises. */
  #unique(step: Step): UniqueRegistry<Key, unknown> {
    const registry = this.#registry(step);
    if (registry.kind === "unique") return registry;
    throw new Scripted("a duplicate registry has no names");
  }

  #via(step: Step) {
    return this.#unique(step).via(Owner, step.key);
  }

  async #told(tell: () => void): Promise<unknown> {
    tell();
    await this.#system.settle();
    return { ok: true, got: this.#heard[0]?.[0] ?? null };
  }

  async #start(step: Step): Promise<unknown> {
    const { name, key, value, init } = step;
    const registry = this.#unique(step);
    const spec = Owner.child(this.#birth(name, { begin: init }), {
      name: registry.via(Owner, key, { value }),
    });
    try {
      this.#owners.set(name, (await this.#system.start(spec)) as OwnerPid);
      return "ok";
    } catch (error) {
      if (isActorError(error, "ERR_IGNORED")) return "ignore";
      if (!isActorError(error, "ERR_NAME_TAKEN")) return { error: textOfFailure(error) };
      return { error: "already_started", owner: this.#nameOf(registry.lookup(key)[0]?.pid) };
    }
  }

  async #crash({ owner, reason }: Step): Promise<"ok"> {
    if (reason === "kill") this.#owner(owner).exit("kill");
    else this.#owner(owner).cast.end(reason);
    await this.#owner(owner).down();
    return "ok";
  }

  async #stop({ r }: Step): Promise<unknown> {
    const living = [...this.#owners].filter(([, pid]) => portOf(pid).status !== "dead");
    await (this.#processes.get(r) as Pid).stop({ reason: "shutdown" });
    await this.#system.settle();
    const died: unknown[] = [];
    for (const [name, pid] of living) {
      if (portOf(pid).status === "dead") died.push([name, textOf(await pid.down())]);
    }
    return { died, told: this.#heard };
  }
}

/** An error that the scenario wants, or that stands for what the library does not even offer. */
class Scripted extends Error {}

/** Any other error than the library's own and the scenario's is a mistake of somebody's, and matches nothing. */
function raisedBy(error: unknown): object {
  const isMeant = isActorError(error) || error instanceof Scripted;
  return isMeant ? { raise: String(error) } : { mistake: String(error) };
}

const UNORDERED = ["keys", "all"];

/** Without an order of their own: keys of an owner, and what several partitions give. */
function arranged(result: unknown, step: Step, partitioned: boolean): unknown {
  if (typeof result === "object" && result !== null && "raise" in result) {
    return { ...result, raise: "something" };
  }
  if (Array.isArray(result) && (partitioned || UNORDERED.includes(step.op))) return sorted(result);
  if (!partitioned || step.op !== "dispatch") return result;
  const { calls } = result as { readonly calls: readonly (readonly unknown[])[] };
  return { ...(result as object), calls: sorted(calls.flat()) };
}

function sorted(items: readonly unknown[]): readonly unknown[] {
  return [...items].sort((one, other) => (canonical(one) < canonical(other) ? -1 : 1));
}

/** Registries. */
export const registry: Family = {
  name: "registry",
  rules: registryRules,
  fits: ({ scenario }) => typeof scenario === "object" && scenario !== null && "registries" in scenario,
  play: async ({ scenario }: Line): Promise<Played> => {
    await using system = testSystem();
    return { trace: JSON.parse(JSON.stringify(await new Play(system).run(scenario as Scenario))) };
  },
  arrange: (trace, { scenario }) => {
    const { registries, steps } = scenario as Scenario;
    const partitioned = new Set(
      registries.flatMap(({ name, partitions = 1 }) => (partitions > 1 ? name : [])),
    );
    const { results, events } = trace as Readonly<Record<"results" | "events", readonly unknown[]>>;
    return {
      ...(events === undefined ? {} : { events: Object.fromEntries(events.entries()) }),
      results: Object.fromEntries(
        steps.map((step, at) => [at, arranged(results[at], step, partitioned.has(step.r))]),
      ),
    };
  },
};
