/**
 * One HTTP/2 connection as an actor: many requests at once over one session, members of a routing
 * pool while they are connected, and back by themselves after a loss.
 *
 * ```ts no-run needs an HTTP/2 server
 * import { createRegistry, createRoutingPool, createSystem, leastBusy, supervisor } from "troupe";
 * import { Http2Connection } from "troupe/resources/http2";
 *
 * const system = createSystem();
 * const connections = createRegistry(system, { keys: "duplicate" });
 * const one = { origin: "http://localhost:8080", join: { registry: connections, key: "upstream" } };
 * await system.start(
 *   supervisor({
 *     strategy: "restForOne",
 *     children: [connections, ...[1, 2, 3].map((n) => Http2Connection.child(one, { id: `connection-${n}` }))],
 *   }),
 * );
 * const upstream = createRoutingPool(connections, Http2Connection, "upstream", { strategy: leastBusy() });
 * const { status, body } = await upstream.call.request({ path: "/" });
 * ```
 *
 * A lost connection is an expected event, not a crash: `init` never fails because a server is down, and
 * the process outlives its sockets. It leaves its pool when the peer says GOAWAY or the socket closes, its
 * callers are told in the same moment, and it tries again after a growing wait with jitter. A request that
 * passes its deadline, or its caller's, makes it ping the peer: one that does not answer is given up, and with
 * `pingIntervalMs` also while nobody asks anything. With `maxAgeMs` a session is replaced in time, without a gap, so
 * that the connection follows its name to where that leads by then.
 *
 * Not for a peer that speaks HTTP/1.1 alone: `ready` then answers `"other"`, and requests are refused
 * with `handled: "no"`, so that the caller can go another way.
 *
 * @module
 */

import { fail, noReply, reply } from "../../actors/answers.ts";
import { defineActor } from "../../actors/define-actor.ts";
import type { Actor, CallSelf } from "../../actors/definition.ts";
import { kernelOf } from "../../actors/system.ts";
import { Http2Link, type Http2Status, type LinkEvent } from "./http2-link.ts";
import { type Http2Options, http2Settings } from "./http2-options.ts";
import type { Http2Request, Http2Response } from "./request.ts";
import type { Http2Protocol } from "./session.ts";

/** What an `Http2Connection` answers. */
export interface Http2Calls {
  /**
   * Sends a request and answers the whole response, whatever its status. Rejects with
   * `ERR_DISCONNECTED` (no connection, or lost on the way), `ERR_CALL_TIMEOUT` (`timeoutMs` passed; the stream is
   * cancelled), `ERR_TOO_LARGE`, `ERR_OVERLOADED`, `ERR_REMOTE` (the peer reset the stream) or `ERR_BAD_MESSAGE`
   * (not a request HTTP/2 can carry). `handled` is `"no"` only where the peer cannot have looked at it.
   */
  request(request: Http2Request): Http2Response;
  /**
   * Answers what the peer speaks, once the attempt under way (or the next one) is over: `"h2"`, `"h2c"`, or
   * `"other"` for a peer without HTTP/2. Rejects with `ERR_DISCONNECTED` when the attempt failed.
   */
  ready(): Http2Protocol;
  /** Answers where the connection stands, without waiting for anything. */
  status(): Http2Status;
}

/**
 * A connection to one origin: start it with {@link Http2Options}, call `request`.
 *
 * @follows Finch's HTTP/2 pool: registered while connected, told to go it finishes what it has; there half-sent
 *   requests fail by event, here every caller has one answer that says whether it may be repeated
 */
export const Http2Connection: Actor<Http2Options, Http2Calls, {}, LinkEvent> = defineActor({
  name: "http2-connection",
  init: (options: Http2Options, self): Http2Link => {
    const link = new Http2Link(http2Settings(options), self, kernelOf(self.system));
    self.own(link, (held) => held.close());
    link.connect();
    return link;
  },
  calls: {
    request: (link, input: Http2Request, self: CallSelf<Http2Response>) => {
      const refusal = link.request(input, self.from);
      return refusal === undefined ? noReply(link) : fail(refusal, link);
    },
    ready: (link, _: unknown, self: CallSelf<Http2Protocol>) => {
      link.ready(self.from);
      return noReply(link);
    },
    status: (link) => reply(link.status(), link),
  },
  info: (link, event: LinkEvent) => {
    link.handle(event);
    return link;
  },
  down: (link, { ref }) => {
    link.forget(ref);
    return link;
  },
});
