/**
 * One connection over TCP as an actor: many requests at once, each with an id, answered in any order; a member
 * of a routing pool while it is connected, and back by itself after a loss.
 *
 * ```ts no-run needs a server
 * import { createRegistry, createRoutingPool, createSystem, leastBusy, supervisor } from "troupe";
 * import { defineMultiplexed, lengthPrefixed } from "troupe/resources/multiplexed";
 *
 * const Quotes = defineMultiplexed<{ symbol: string }, { price: number }>({
 *   name: "quotes",
 *   codec: lengthPrefixed({
 *     write: (request) => JSON.stringify(request),
 *     read: (body) => JSON.parse(new TextDecoder().decode(body)),
 *   }),
 * });
 * const system = createSystem();
 * const connections = createRegistry(system, { keys: "duplicate" });
 * const one = { host: "quotes.internal", port: 7000, join: { registry: connections, key: "quotes" } };
 * await system.start(
 *   supervisor({
 *     strategy: "restForOne",
 *     children: [connections, ...[1, 2, 3].map((n) => Quotes.child(one, { id: `connection-${n}` }))],
 *   }),
 * );
 * const quotes = createRoutingPool(connections, Quotes, "quotes", { strategy: leastBusy() });
 * const { price } = await quotes.call.request({ symbol: "TRPE" }, { timeoutMs: 200 });
 * ```
 *
 * A lost connection is an expected event, not a crash. `init` connects to nothing, so a server that is down fails
 * no start and spends no restart; the process outlives its sockets. When the peer hangs up it leaves its pool, its
 * callers are told in the same turn, and it tries again after a growing wait with jitter.
 *
 * A request lives as long as its caller waits: at its deadline, or at the caller's death, it is forgotten, and an
 * answer that comes all the same is ignored and told as `connection:unknownId`. A peer that reads nothing, or says
 * nothing while it owes answers, is found out by `maxUnsentBytes` and `silentMs`.
 *
 * Not for a protocol that answers in the order of asking, without ids: check out a connection of
 * `troupe/resources/tcp` for each exchange.
 *
 * @module
 */

import { fail, next, noReply, reply } from "../../actors/answers.ts";
import { defineActor } from "../../actors/define-actor.ts";
import type { Actor, CallSelf } from "../../actors/definition.ts";
import { kernelOf } from "../../actors/system.ts";
import type { ReconnectingEvent } from "../reconnecting.ts";
import type { Codec } from "./codec.ts";
import { lengthPrefixed } from "./length-prefixed.ts";
import { MultiplexedLink, type MultiplexedStatus } from "./multiplexed-link.ts";
import { type MultiplexedOptions, multiplexedSettings } from "./multiplexed-options.ts";

/** What a multiplexed connection answers. */
export interface MultiplexedCalls<Request, Response> {
  /**
   * Sends a request and answers what the peer does. Rejects with `ERR_DISCONNECTED` (no connection, or lost on the
   * way), `ERR_CALL_TIMEOUT` (the caller's `timeoutMs` or the connection's `requestTimeoutMs` passed), `ERR_OVERLOADED`,
   * `ERR_REMOTE` (the answer is a fault) or `ERR_BAD_MESSAGE` (it cannot be encoded). `handled` is `"no"` only where
   * nothing was sent.
   */
  request(request: Request): Response;
  /** Answers once connected. Rejects with `ERR_DISCONNECTED` when the attempt under way, or the next one, has failed. */
  ready(): void;
  /** Answers where the connection stands, without waiting for anything. */
  status(): MultiplexedStatus;
}

/**
 * Makes a definition of connections that speak one protocol.
 *
 * @param options - `codec` says how requests and answers lie on the wire; `name` shows in messages and reports,
 *   `"multiplexed-connection"` when absent
 * @returns a definition to start with {@link MultiplexedOptions}
 * @follows Finch's HTTP/2 pool and Redix: registered while connected, everybody told at once when it is lost
 */
export function defineMultiplexed<Request, Response>(options: {
  readonly codec: Codec<Request, Response>;
  readonly name?: string;
}): Actor<MultiplexedOptions, MultiplexedCalls<Request, Response>, {}, ReconnectingEvent> {
  const { codec, name = "multiplexed-connection" } = options;
  type Link = MultiplexedLink<Request, Response>;
  return defineActor({
    name,
    init: (given: MultiplexedOptions, self) => {
      const own = { self, kernel: kernelOf(self.system) };
      const link: Link = new MultiplexedLink(multiplexedSettings(name, given), codec, own);
      self.own(link, (held) => held.close());
      return next(link, { continue: "connect" });
    },
    continue: (link: Link) => {
      link.connect();
      return link;
    },
    calls: {
      request: (link: Link, input: Request, self: CallSelf<Response>) => {
        const refusal = link.request(input, self.from);
        return refusal === undefined ? noReply(link) : fail(refusal, link);
      },
      ready: (link: Link, _: unknown, self: CallSelf<void>) => {
        link.ready(self.from);
        return noReply(link);
      },
      status: (link: Link) => reply(link.status(), link),
    },
    info: (link: Link, event: ReconnectingEvent) => {
      link.handle(event);
      return link;
    },
    down: (link: Link, { ref }) => {
      link.forget(ref);
      return link;
    },
  });
}

/** A connection of bytes behind a length and an id ({@link lengthPrefixed}): start it with {@link MultiplexedOptions}. */
export const MultiplexedConnection: Actor<
  MultiplexedOptions,
  MultiplexedCalls<Uint8Array | string, Uint8Array>,
  {},
  ReconnectingEvent
> = defineMultiplexed({ codec: lengthPrefixed() });
