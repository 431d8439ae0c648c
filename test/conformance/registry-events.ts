/**
 * What the listeners of a scenario hear, step by step, and whether it is what has changed.
 *
 * @module
 */

import type { ExitReason } from "../../src/core/exit-reason.ts";
import { type Pid, portOf } from "../../src/core/pid.ts";
import type { KeyedEntry } from "../../src/registry/entry.ts";
import type { RegistryEvent } from "../../src/registry/listener.ts";
import { canonical } from "./compare.ts";
import { textOf } from "./reasons.ts";

/** Where Elixir tells something else than what has changed. */
const WARTS: readonly string[] = [
  "spurious_unregister",
  "silent_crash",
  "silent_partial_unregister",
  "one_event_for_many",
  "silent_update",
];

/** Something that can be listened to and looked at. */
export interface Heard {
  entries(): readonly KeyedEntry[];
  listen(listener: (event: RegistryEvent) => void): unknown;
}

/** One event in the recorded form; what Elixir never tells has a form of its own. */
type Told = readonly unknown[];

/** The registries of a scenario that have a listener. */
export class Listened {
  readonly #nameOf: (pid: Pid) => string;
  readonly #registries = new Map<string, Heard>();
  #heard: (readonly [r: string, event: RegistryEvent])[] = [];
  #before: readonly KeyedEntry[][] = [];

  /** @param nameOf - of owners; one whose start has failed has a name, too */
  constructor(nameOf: (pid: Pid) => string) {
    this.#nameOf = nameOf;
  }

  get isUsed(): boolean {
    return this.#registries.size > 0;
  }

  add(name: string, registry: Heard): void {
    this.#registries.set(name, registry);
    registry.listen((event) => this.#heard.push([name, event]));
  }

  begin(): void {
    this.#heard = [];
    this.#before = this.#look();
  }

  /** What was told since the beginning of a step. Where Elixir is not exact: whether this is. */
  end({ wart = [], op }: { readonly wart?: readonly string[]; readonly op: string }): unknown {
    // Who is started under a name is known by his own once he has started.
    const told = this.#heard.map(([name, event]) => this.#tell(name, event));
    // Under a name somebody came and went: two changes, whatever became of him.
    if (op === "via_start" || !wart.some((one) => WARTS.includes(one))) return told;
    const said = told.filter(isChange).map(canonical).sort();
    const changed = this.#changes().sort();
    const isExact = canonical(changed) === canonical(said);
    return isExact ? { exact: told } : { told, changed };
  }

  #tell(r: string, event: RegistryEvent): Told {
    const { type, key, pid, value } = event;
    const owner = this.#nameOf(pid);
    if (type === "register") return [type, r, key, owner, value ?? null];
    if (type === "update") return [type, r, key, owner, value ?? null, event.before.value ?? null];
    return type === "down" ? this.#ended(r, key, pid, event.reason) : [type, r, key, owner];
  }

  /** Of one who never came to be Elixir tells the end as of one who left. */
  #ended(r: string, key: unknown, pid: Pid, reason: ExitReason): Told {
    const owner = this.#nameOf(pid);
    return owner === "failed" ? ["unregister", r, key, owner] : ["down", r, key, owner, textOf(reason)];
  }

  #look(): readonly KeyedEntry[][] {
    return [...this.#registries.values()].map((registry) => [...registry.entries()]);
  }

  /** One for each entry that came or went, as it would be told. */
  #changes(): string[] {
    const names = [...this.#registries.keys()];
    return this.#look().flatMap((now, at) => {
      const before = this.#before[at] ?? [];
      const r = names[at] as string;
      const come = less(now, before);
      const changed = less(before, now).map((gone) => {
        const at = come.findIndex(
          (one) => one.pid === gone.pid && canonical(one.key) === canonical(gone.key),
        );
        const [next] = at < 0 ? [] : come.splice(at, 1);
        return next === undefined
          ? this.#gone(r, gone)
          : this.#tell(r, { ...next, type: "update", before: gone });
      });
      return [...changed, ...come.map((entry) => this.#tell(r, { ...entry, type: "register" }))].map(
        canonical,
      );
    });
  }

  #gone(r: string, { key, pid }: KeyedEntry): Told {
    const port = portOf(pid) as unknown as { readonly status: string; readonly reason: ExitReason };
    return port.status === "dead"
      ? this.#ended(r, key, pid, port.reason)
      : ["unregister", r, key, this.#nameOf(pid)];
  }
}

/** An update may give the value that was there. */
function isChange([type, _r, _key, _owner, value, before]: Told): boolean {
  return type !== "update" || canonical(value) !== canonical(before);
}

/** Those of `entries` that are not among `others`, as often as they are not. */
function less(entries: readonly KeyedEntry[], others: readonly KeyedEntry[]): KeyedEntry[] {
  const left = others.map(textOfEntry);
  return entries.filter((entry) => {
    const at = left.indexOf(textOfEntry(entry));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function textOfEntry({ key, pid, value }: KeyedEntry): string {
  return canonical([key, pid.serial, value]);
}
