/**
 * Finding who has a key, or starting it: one start, however many ask for it at the same time.
 *
 * ```ts
 * import { createRegistry, createSystem, defineActor, dynamicSupervisor, reply } from "troupe";
 * const Room = defineActor({ name: "room", init: (title: string) => title, calls: { title: (it) => reply(it, it) } });
 * await using system = createSystem();
 * const rooms = createRegistry(system, { keys: "unique", name: "rooms" });
 * const supervisor = await system.start(dynamicSupervisor());
 *
 * const join = (title: string) =>
 *   rooms.lookupOrStart(title, Room.child(title), { start: (room) => supervisor.call.startChild(room) });
 * const [ann, bob] = await Promise.all([join("lobby"), join("lobby")]);
 * ann === bob; //=> true
 * await ann.call.title(); //=> "lobby"
 * ```
 *
 * The start belongs to all who ask and to none of them: it goes on when the one who came first dies or gives
 * up. What it fails with reaches all who wait for it; who asks after that tries anew. So does who asks when a start
 * has come to nothing within the time of the one who began it: both would start under the same name, so that at most
 * one of them ever has the key.
 *
 * @module
 */

import { behaviourOf } from "../actors/behaviour.ts";
import { createName } from "../actors/name-address.ts";
import { type Kernel, processOf } from "../actors/process.ts";
import { specOf } from "../actors/system.ts";
import { type ChildSpec, type HasChild, LAUNCH } from "../core/child-spec.ts";
import { ActorError, InvalidOptionsError, isActorError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import type { NamePort } from "../core/name.ts";
import { checkGiven } from "../core/options.ts";
import { isTaking, type Pid, PORT, portOf } from "../core/pid.ts";
import type { Claims } from "./claims.ts";
import { formatKey, KeyMap, ownKey } from "./key.ts";
import { type Awaited, refusalOf, TimedWait, type WaitOptions } from "./timed-wait.ts";

/** How {@link Starting.lookupOrStart} starts what it does not find, and how long it waits. */
export interface LookupOrStartOptions<A> extends WaitOptions {
  /**
   * Starts the spec that it is given, which is the caller's own under the name of the key, and answers its
   * pid: under a supervisor, for instance. Under the system's root when absent. It runs in nobody's context.
   */
  readonly start?: (spec: ChildSpec<A>) => Pid<A> | PromiseLike<Pid<A>>;
}

type StartArg<V, A> = undefined extends V
  ? [options?: LookupOrStartOptions<A> & { readonly value?: V }]
  : [options: LookupOrStartOptions<A> & { readonly value: V }];

/** What a unique registry can start. */
export interface Starting<in K, V> {
  /**
   * Finds who has a key, or starts it under that key. Any number of callers start exactly one and get the same
   * pid. While the key's holder is stopping, or its supervisor restarts it, this waits for what follows.
   *
   * @param what - a spec of a definition, or what knows its own; not one of `childSpec({ start })`
   * @param options - `start`: who starts it; `value`: what stands in its entry; `timeoutMs`: milliseconds over
   *   everything, 5,000 when absent; `signal` aborts the wait. A start is not called off by either, but who asks
   *   after its beginner's `timeoutMs` no longer relies on it
   * @returns the pid of who has the key, once its `init` is over where this call or another one started it
   * @throws what the start fails with, to all who wait for it; ActorError `ERR_WRONG_ACTOR` when a process of
   *   another definition has the key, `ERR_AWAIT_TIMEOUT`, `ERR_ABORTED`, `ERR_CALL_CYCLE` when `init` waits for
   *   who waits for it, `ERR_NOT_RUNNING`, `ERR_INVALID_OPTIONS`
   * @follows discord gen_registry `lookup_or_start/4`; there all callers wait for one process, here for none
   */
  lookupOrStart<A>(key: K, what: ChildSpec<A> | HasChild<A>, ...options: StartArg<V, A>): Promise<Pid<A>>;
}

/** What starting under a key needs of its registry. */
export interface StartsOptions<V> {
  readonly kernel: Kernel;
  readonly claims: Claims<V>;
  readonly nameOf: (key: unknown, value: V) => NamePort;
  /** Where nobody says how. */
  readonly start: (spec: ChildSpec) => Promise<Pid>;
}

type Options<V> = LookupOrStartOptions<unknown> & { readonly value?: V };

/** One caller. */
interface Request {
  readonly key: unknown;
  readonly definition: object;
  readonly wait: TimedWait<Pid>;
  start(): Promise<Pid>;
  /** Out of what it waits in. */
  leave: () => void;
}

/** A start that is under way. */
interface Begun {
  readonly requests: Set<Request>;
  /** Monotonic milliseconds: who asks later does not rely on it any more. */
  readonly untilMs: number;
}

const OPTION_NAMES: readonly string[] = ["timeoutMs", "signal", "start", "value"];

/** The starts of one registry that have not come to anything yet. */
export class Starts<V> {
  readonly #options: StartsOptions<V>;
  readonly #pending = new KeyMap<Begun>();

  constructor(options: StartsOptions<V>) {
    this.#options = options;
  }

  /** How many are under way. */
  get size(): number {
    return this.#pending.size;
  }

  /** As {@link Starting.lookupOrStart}. */
  async find(given: unknown, what: unknown, options: Options<V> = {}): Promise<Pid> {
    const { kernel, claims, nameOf, start } = this.#options;
    const spec = specOf(what);
    const { definition } = definitionIn(spec);
    checkGiven("lookupOrStart", options);
    if (options.start !== undefined && typeof options.start !== "function") {
      throw new InvalidOptionsError("lookupOrStart", [
        `start must be a function, not ${describe(options.start)}`,
      ]);
    }
    const key = ownKey(given);
    const label = `${formatKey(key)} in ${claims.label}`;
    const refusal = refusalOf(kernel, label, options, OPTION_NAMES);
    if (refusal !== undefined) throw refusal;
    const [shown] = this.#pending.get(key) === undefined ? claims.lookup(key) : [];
    if (shown !== undefined) return rightly(definition, shown.pid);
    const request: Request = {
      key,
      definition,
      wait: new TimedWait<Pid>(
        kernel,
        this.#awaited(key, label, () => request.leave()),
        options,
      ),
      start: async () => {
        const name = createName(kernel, behaviourOf(definition), nameOf(key, options.value as V));
        return (options.start ?? start)(spec.with({ name: [...spec.names, name] }));
      },
      leave: () => undefined,
    };
    this.#look(request);
    return request.wait.promise;
  }

  #awaited(key: unknown, label: string, over: () => void): Awaited {
    return {
      label,
      // Whose `init` is to end: it has the key from its beginning.
      holder: () => {
        const pid = this.#options.claims.lookup(key)[0]?.pid;
        return pid === undefined ? undefined : processOf(pid);
      },
      late: ({ timeoutMs }) =>
        new ActorError(
          "ERR_AWAIT_TIMEOUT",
          "unknown",
          `there was no process under ${label} within ${timeoutMs} ms; a start that has begun goes on`,
        ),
      over,
    };
  }

  #look(request: Request): void {
    const { claims } = this.#options;
    const { key, wait } = request;
    const begun = this.#pending.get(key);
    const [shown] = claims.lookup(key);
    if (begun !== undefined && !this.#isStuck(begun, shown?.pid)) return join(begun.requests, request);
    if (shown !== undefined) return found(request, shown.pid);
    if (!claims.slots.isTaken(key)) return this.#begin(request);
    // Its holder is stopping, or its supervisor keeps it for a child.
    const forgetFree = claims.slots.onFree(key, () => this.#lookLater(request));
    const forgetTaken = claims.slots.onRegister(key, () => this.#lookLater(request));
    request.leave = () => {
      forgetFree();
      forgetTaken();
    };
    if (wait.settled) request.leave();
  }

  /** In a turn of its own: nothing of a user's starts in the turn of a death. */
  #lookLater(request: Request): void {
    request.leave();
    request.leave = () => undefined;
    this.#options.kernel.runtime.scheduler.ready({
      run: () => {
        if (!request.wait.settled) this.#look(request);
        return 1;
      },
    });
  }

  /** Its time is over, and if anybody has the key, then not one whose `init` it may wait for. */
  #isStuck({ untilMs }: Begun, holder: Pid | undefined): boolean {
    if (this.#options.kernel.runtime.clock.now() < untilMs) return false;
    return holder === undefined || portOf(holder).status === "running";
  }

  /** Those who wait for one that is stuck wait for this one from now on. */
  #begin(request: Request): void {
    const { key, wait } = request;
    const { kernel } = this.#options;
    const begun: Begun = { requests: new Set(), untilMs: kernel.runtime.clock.now() + wait.timeoutMs };
    join(begun.requests, request);
    for (const waiting of this.#pending.get(key)?.requests ?? []) join(begun.requests, waiting);
    this.#pending.set(key, begun);
    inNobodysContext(kernel, request.start).then(
      (pid) => this.#started(key, begun, pid),
      (error) => this.#failed(key, begun, error),
    );
  }

  /** One that was given up may still come to what all wait for: then nobody waits for the one that has begun since. */
  #started(key: unknown, begun: Begun, pid: unknown): void {
    const { claims } = this.#options;
    const current = this.#pending.get(key);
    const holder = claims.lookup(key)[0]?.pid;
    if (current === undefined || (current !== begun && (holder === undefined || holder !== pid))) return;
    this.#pending.delete(key);
    // It may have been restarted since.
    const pidNow = holder ?? pid;
    const isUnder = holder !== undefined || (isPid(pid) && !isTaking(pid));
    for (const request of [...current.requests]) {
      if (isUnder) found(request, pidNow as Pid);
      else request.wait.fail(notUnderKey(formatKey(key), claims.label, pid));
    }
  }

  #failed(key: unknown, begun: Begun, error: unknown): void {
    // Another one has begun since, which has the requests.
    if (this.#pending.get(key) !== begun) return;
    this.#pending.delete(key);
    const isLost = isActorError(error, "ERR_NAME_TAKEN") && this.#options.claims.slots.isTaken(key);
    for (const request of [...begun.requests]) {
      // Somebody else was quicker, by another way.
      if (isLost) this.#look(request);
      else request.wait.fail(error);
    }
  }
}

function join(pending: Set<Request>, request: Request): void {
  pending.add(request);
  request.leave = () => void pending.delete(request);
}

function found({ wait, definition }: Request, pid: Pid): void {
  try {
    wait.resolve(rightly(definition, pid));
  } catch (error) {
    wait.fail(error);
  }
}

/** @throws ActorError `ERR_WRONG_ACTOR` */
function rightly(definition: object, pid: Pid): Pid {
  // Each supervisor has a definition of its own, even where two are specified alike.
  if (portOf(pid).definition === definition || behaviourOf(definition).infrastructure) return pid;
  const wanted = behaviourOf(definition).name;
  const text = `${String(pid)} has the key, which is not a ${wanted}; nothing was started`;
  throw new ActorError("ERR_WRONG_ACTOR", "no", text);
}

function definitionIn(spec: ChildSpec): { readonly definition: object } {
  const launch = spec[LAUNCH];
  if (launch.kind === "actor") return launch;
  throw new InvalidOptionsError("lookupOrStart", [
    `child "${spec.id}" is started by a function of its own, which takes no name: give the spec of a definition`,
  ]);
}

/** What all wait for must not end with one of them. */
function inNobodysContext<R>(kernel: Kernel, work: () => R): R {
  const { running } = kernel;
  kernel.running = undefined;
  try {
    return kernel.runtime.attribution.outside(work);
  } finally {
    kernel.running = running;
  }
}

function isPid(value: unknown): value is Pid {
  return typeof value === "object" && value !== null && PORT in value;
}

function notUnderKey(key: string, registry: string, answered: unknown): InvalidOptionsError {
  const what = isPid(answered) ? String(answered) : describe(answered);
  return new InvalidOptionsError("lookupOrStart", [
    `start answered ${what}, which is not the process under ${key} in ${registry}: it has to start the spec that it is given`,
  ]);
}
