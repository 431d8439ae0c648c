/**
 * Publish and subscribe: processes subscribe to topics, and what is broadcast to a topic comes to all of them as
 * a message, at `info`. A topic is a key of a duplicate registry, a subscription is an entry: it is gone when the
 * subscriber dies, and nobody has to clean up.
 *
 * ```ts
 * import { createPubSub, createSystem, defineActor, reply } from "troupe";
 * await using system = createSystem();
 * const news = createPubSub<{ readonly headline: string }>(system);
 * const Reader = defineActor({
 *   init: (topic: string, self): readonly string[] => {
 *     news.subscribe(topic, self.pid);
 *     return [];
 *   },
 *   info: (read, { headline }: { readonly headline: string }) => [...read, headline],
 *   calls: { read: (read) => reply(read, read) },
 * });
 *
 * const [ann, bob] = [await system.start(Reader, "weather"), await system.start(Reader, "weather")];
 * news.broadcast("weather", { headline: "rain" }); //=> 2
 * news.broadcastFrom(ann, "weather", { headline: "sun" }); //=> 1
 * news.broadcast("sports", { headline: "nil" }); //=> 0
 * await ann.call.read(); //=> ["rain"]
 * await bob.call.read(); //=> ["rain", "sun"]
 * ```
 *
 * Messages of one sender come in the order in which they were broadcast. They are shared, not copied, and each
 * subscriber's mailbox has its own limits: a slow one holds nobody up.
 *
 * Not promised: that a message is handled (who must know asks with a call), and that somebody who subscribes later
 * learns of it. Not for: events inside one process (use functions), or other machines.
 *
 * @module
 */

import type { System } from "../actors/definition.ts";
import type { Handle } from "../core/child-spec.ts";
import type { Pid, Speaks } from "../core/pid.ts";
import { createRegistry } from "./create-registry.ts";
import type { Key } from "./key.ts";
import type { RegistryProcess } from "./registry.ts";
import { checkPubSubOptions, type RegistryOptions } from "./registry-options.ts";

/** Topics, and who wants to hear of them. */
export interface PubSub<in M, in T = string> extends Handle<RegistryProcess> {
  /**
   * Subscribes a process to a topic: what is broadcast to it comes to the process at `info`. Who subscribes twice
   * hears everything twice.
   *
   * @throws ActorError `ERR_NOPROC` when `pid` is stopping or dead, `ERR_REGISTRY_FULL`, `ERR_NOT_RUNNING`
   * @follows Phoenix `PubSub.subscribe/3`; there a process subscribes only itself
   */
  subscribe(topic: T, pid: Pid): void;

  /**
   * Ends all subscriptions of a process to a topic. What is in its mailbox already stays there.
   *
   * @returns `false` when there were none
   * @follows Phoenix `PubSub.unsubscribe/2`
   */
  unsubscribe(topic: T, pid: Pid): boolean;

  /**
   * Sends a message to all who are subscribed to a topic now, in the order in which they subscribed. Cost: their
   * number; nobody runs before the caller's turn is over.
   *
   * @returns to how many
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Phoenix `PubSub.broadcast/4`
   */
  broadcast(topic: T, message: M): number;

  /**
   * As {@link PubSub.broadcast}, but not to `from`: for who knows already.
   *
   * @returns to how many
   * @throws ActorError `ERR_NOT_RUNNING`
   * @follows Phoenix `PubSub.broadcast_from/5`
   */
  broadcastFrom(from: Pid, topic: T, message: M): number;
}

/**
 * Makes topics. Their process starts at first use, or under the supervisor that lists them.
 *
 * @param options - as for a registry: `name`, `"pubsub"` when absent; `maxKeys` limits topics with subscribers,
 *   `maxKeysPerOwner` the subscriptions of one process
 * @throws InvalidOptionsError with all faults at once
 * @follows Phoenix `PubSub`; there is no adapter for other machines
 */
export function createPubSub<M, T extends Key = string>(
  system: System,
  options: RegistryOptions = {},
): PubSub<M, T> {
  checkPubSubOptions(options);
  const groups = createRegistry<T>(system, { name: "pubsub", ...options, keys: "duplicate" });
  const send = (topic: T, message: M, except: Pid | undefined): number => {
    let sent = 0;
    for (const { pid } of groups.lookup(topic)) {
      if (pid === except) continue;
      (pid as Pid<Speaks<{}, {}, M>>).send(message as never);
      sent += 1;
    }
    return sent;
  };
  return Object.freeze<PubSub<M, T>>({
    child: (childOptions) => groups.child(childOptions),
    subscribe: (topic, pid) => void groups.register(topic, pid),
    unsubscribe: (topic, pid) => groups.unregister(topic, pid),
    broadcast: (topic, message) => send(topic, message, undefined),
    broadcastFrom: (from, topic, message) => send(topic, message, from),
  });
}
