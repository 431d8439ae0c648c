/**
 * Waiting until somebody is registered under a key.
 *
 * @module
 */

import type { Kernel } from "../actors/process.ts";
import { ActorError } from "../core/errors.ts";
import type { Claims } from "./claims.ts";
import type { Entry } from "./entry.ts";
import { formatKey, ownKey } from "./key.ts";
import { refusalOf, TimedWait, type WaitOptions } from "./timed-wait.ts";

/** What a registry can do for who comes too early. */
export interface Awaiting<in K, out V> {
  /**
   * Waits until somebody is registered under a key and takes messages. A wait goes on while the registry's
   * process is down, and nothing is left of one that was given up.
   *
   * @param options - `timeoutMs`: milliseconds, 5,000 when absent; `signal` aborts the wait
   * @returns `{ pid, value }` of who is there, at once when that is so already; of several the one that has
   *   been there longest
   * @throws ActorError `ERR_AWAIT_TIMEOUT`, `ERR_ABORTED`, `ERR_DETACHED`; `ERR_NOT_RUNNING` when it begins
   *   while the registry's process is down, or when its system has been stopped
   * @follows gproc `await/2`; Elixir's Registry has none
   *
   * @example
   * ```ts
   * import { createRegistry, createSystem } from "troupe";
   * await using system = createSystem();
   * const names = createRegistry(system, { keys: "unique" });
   * const leader = names.whenRegistered("leader");
   * const pid = system.spawn(async (self) => void (await self.receive()));
   * names.register("leader", pid);
   * (await leader).pid === pid; //=> true
   * ```
   */
  whenRegistered(key: K, options?: WaitOptions): Promise<Entry<V>>;
}

/** As {@link Awaiting.whenRegistered}, by the tables alone. */
export async function whenRegistered<V>(
  kernel: Kernel,
  claims: Claims<V>,
  given: unknown,
  options: WaitOptions = {},
): Promise<Entry<V>> {
  const key = ownKey(given);
  const label = `${formatKey(key)} in ${claims.label}`;
  const refusal = refusalOf(kernel, label, options);
  if (refusal !== undefined) throw refusal;
  const [shown] = claims.lookup(key);
  if (shown !== undefined) return shown;
  const late = ({ timeoutMs }: { readonly timeoutMs: number }): ActorError =>
    new ActorError("ERR_AWAIT_TIMEOUT", "no", `nobody was registered as ${label} within ${timeoutMs} ms`);
  const wait = new TimedWait<Entry<V>>(kernel, { label, late, over: () => forget() }, options);
  const forget = claims.slots.onRegister(key, () => wait.resolve(claims.lookup(key)[0] as Entry<V>));
  return wait.promise;
}
