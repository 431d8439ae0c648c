/**
 * Who hears of every change in a registry. Events are exact: one for each change, none when nothing changed.
 * They are told once all tables agree, in the turn of the change; those of a death right after its turn, since
 * nothing of a user's runs inside it, and before whoever awaits the death goes on. A listener that changes the registry itself is told of that after
 * everybody has heard what is being told, so that all hear the same in the same order.
 *
 * @module
 */

import type { Self } from "../actors/definition.ts";
import type { Kernel } from "../actors/process.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import { describe, type ExitReason } from "../core/exit-reason.ts";
import { type Address, isTaking, type Pid, PORT, portOf, type Speaks } from "../core/pid.ts";
import { isThenable } from "../core/thenable.ts";
import type { Entry, KeyedEntry } from "./entry.ts";

/** One change in a registry. */
export type RegistryEvent<K = unknown, V = unknown> = KeyedEntry<K, V> &
  (
    | { readonly type: "register" }
    /** Taken away while its process lives, or goes on ending. */
    | { readonly type: "unregister" }
    /** Gone because its process died. */
    | { readonly type: "down"; readonly reason: ExitReason }
    /** Another value, key or process from now on. */
    | { readonly type: "update"; readonly before: KeyedEntry<K, V> }
  );

/** Who is told: a function, or a process to whose `info` the events come (a process gives its `self`). */
export type RegistryListener<K = unknown, V = unknown> =
  | ((event: RegistryEvent<K, V>) => void)
  | Self
  | Address<Speaks<{}, {}, RegistryEvent<K, V>>>;

/** What a listener starts from. */
export interface Listening<K, V> {
  /** What was registered when the listening began, those entries too whose processes were stopping. */
  readonly entries: readonly KeyedEntry<K, V>[];
  /** Tells nothing any more, also nothing that is on its way. @returns `false` when it was over already */
  unlisten(): boolean;
}

/** What the tables tell of. */
export interface Journal<V> {
  registered(key: unknown, entry: Entry<V>): void;
  unregistered(key: unknown, entry: Entry<V>): void;
  updated(key: unknown, entry: Entry<V>, before: KeyedEntry<unknown, V>): void;
  /** Inside the turn of a death: it is told afterwards. */
  died(key: unknown, entry: Entry<V>, reason: ExitReason): void;
  /** Inside the turn of a death: what `change` does is told afterwards. */
  afterTurn(change: () => void): void;
}

interface Hearer<V> {
  readonly tell: (event: RegistryEvent<unknown, V>) => unknown;
  /** The last event before it began to listen. */
  readonly since: number;
}

/** The listeners of one registry, in the order in which they came. */
export class Listeners<V> implements Journal<V> {
  readonly #kernel: Kernel;
  readonly #label: string;
  readonly #hearers = new Set<Hearer<V>>();
  readonly #untold: RegistryEvent<unknown, V>[] = [];
  /** How many events there have been. */
  #events = 0;
  #telling = false;
  #scheduled = false;

  /** @param label - the registry's, for reports */
  constructor(kernel: Kernel, label: string) {
    this.#kernel = kernel;
    this.#label = label;
  }

  /** Nobody listens. */
  get isIdle(): boolean {
    return this.#hearers.size === 0;
  }

  /**
   * @param over - called when the listener is gone: by its own wish, or because its process ended
   * @returns a function that ends it; it answers whether there was anything to end
   * @throws InvalidOptionsError for what can be told nothing
   */
  add(listener: RegistryListener<never, V>, over: () => void): () => boolean {
    const hearer: Hearer<V> = { tell: tellerOf(listener), since: this.#events };
    const pid = processToldBy(listener as never);
    if (pid !== undefined && !isTaking(pid)) return () => false;
    const end = (): boolean => {
      if (!this.#hearers.delete(hearer)) return false;
      if (pid !== undefined) portOf(pid).unwatch(watcher);
      over();
      return true;
    };
    // To one that has ended everything told would be a dead letter, for ever.
    const watcher = { stopping: () => void end(), died: () => void end() };
    this.#hearers.add(hearer);
    if (pid !== undefined) portOf(pid).watch(watcher);
    return end;
  }

  registered(key: unknown, { pid, value }: Entry<V>): void {
    this.#add({ type: "register", key, pid, value });
    this.#tellAll();
  }

  unregistered(key: unknown, { pid, value }: Entry<V>): void {
    this.#add({ type: "unregister", key, pid, value });
    this.#tellAll();
  }

  updated(key: unknown, { pid, value }: Entry<V>, before: KeyedEntry<unknown, V>): void {
    this.#add({ type: "update", key, pid, value, before: Object.freeze(before) });
    this.#tellAll();
  }

  died(key: unknown, { pid, value }: Entry<V>, reason: ExitReason): void {
    this.#add({ type: "down", key, pid, value, reason });
    this.#tellLater();
  }

  afterTurn(change: () => void): void {
    const telling = this.#telling;
    this.#telling = true;
    change();
    this.#telling = telling;
    this.#tellLater();
  }

  #tellLater(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#kernel.runtime.scheduler.readyFirst({
      run: () => {
        this.#scheduled = false;
        this.#tellAll();
        return 1;
      },
    });
  }

  #add(event: RegistryEvent<unknown, V>): void {
    this.#events += 1;
    this.#untold.push(Object.freeze(event));
  }

  /** Whoever is the cause of a change is not to blame for its listeners, and hears nothing of their faults. */
  #tellAll(): void {
    if (this.#telling) return;
    this.#telling = true;
    this.#kernel.asPlainCode(() => {
      for (let at = 0; at < this.#untold.length; at += 1) {
        const event = this.#untold[at] as RegistryEvent<unknown, V>;
        const place = this.#events - this.#untold.length + at + 1;
        for (const hearer of [...this.#hearers]) {
          // It may have been ended by one before it, or have begun after this.
          if (this.#hearers.has(hearer) && hearer.since < place) this.#tellOne(hearer, event);
        }
      }
    });
    this.#untold.length = 0;
    this.#telling = false;
  }

  #tellOne({ tell }: Hearer<V>, event: RegistryEvent<unknown, V>): void {
    try {
      const told = tell(event);
      if (isThenable(told)) told.then(undefined, (error: unknown) => this.#failed(event, error));
    } catch (error) {
      this.#failed(event, error);
    }
  }

  #failed({ type }: RegistryEvent<unknown, V>, error: unknown): void {
    this.#kernel.telemetry.emit("listener:failed", { event: `${type} in ${this.#label}`, error });
  }
}

/** The process that is told; `undefined` for functions and names. */
function processToldBy(listener: RegistryListener<never, never>): Pid | undefined {
  if (typeof listener !== "object" || listener === null) return undefined;
  if (PORT in listener) return listener as unknown as Pid;
  const { pid } = listener as { readonly pid?: unknown };
  return typeof pid === "object" && pid !== null && PORT in pid ? (pid as unknown as Pid) : undefined;
}

function tellerOf<V>(listener: RegistryListener<never, V>): Hearer<V>["tell"] {
  if (typeof listener === "function") return listener as Hearer<V>["tell"];
  const address = processToldBy(listener as never) ?? listener;
  const kind =
    typeof address === "object" && address !== null && "kind" in address ? address.kind : undefined;
  if (kind === "pid" || kind === "name") return (event) => (address as Pid).send(event as never);
  throw new InvalidOptionsError("listen", [
    `takes a function, self, a pid or a name, not ${describe(listener)}`,
  ]);
}
