/**
 * What an `Http2Connection` is started from.
 *
 * @module
 */

import type { ConnectionOptions } from "node:tls";
import * as z from "zod/mini";
import { InvalidOptionsError } from "../../core/errors.ts";
import { checkOptions, count, durationMs, onFirstUse } from "../../core/options.ts";
import type { Backoff } from "../backoff.ts";
import { backoffOptions } from "../backoff-options.ts";
import type { Membership } from "../membership.ts";

/** How an `Http2Connection` connects, and what it allows. */
export interface Http2Options {
  /** `http://host:port` (HTTP/2 in the clear, with prior knowledge) or `https://host` (by ALPN). */
  readonly origin: string;
  /** Where to register while connected. */
  readonly join?: Membership;
  /** Milliseconds from the first packet to the peer's SETTINGS, and for the answer to a ping; 5,000 when absent. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for a request that names no `timeoutMs`; 5,000 when absent, `Infinity` for none. */
  readonly requestTimeoutMs?: number;
  /** Bytes of body for a request that names no `maxBytes`; 10 MiB when absent. */
  readonly maxBytes?: number;
  /** Requests on their way at once; more are refused with `ERR_OVERLOADED`. 1,000 when absent. */
  readonly maxInFlight?: number;
  /**
   * Milliseconds a session serves, less a tenth at the most that is left to chance; then another one takes over, and it
   * finishes what it has. For as long as it holds when absent.
   */
  readonly maxAgeMs?: number;
  /** Milliseconds between pings, which find a silent peer before a request does; none when absent. */
  readonly pingIntervalMs?: number;
  /** Waiting between attempts; from 100 ms to 10 s when absent. */
  readonly backoff?: Backoff;
  /** For `https:` origins, as for `tls.connect`: `ca`, `servername`, … */
  readonly tls?: ConnectionOptions;
}

/** The options with nothing left open. */
export type Http2Settings = Required<Omit<Http2Options, "join">> & { readonly join: Membership | undefined };

const schema = onFirstUse(() =>
  z.strictObject({
    origin: z.string(),
    join: z.optional(z.any()),
    connectTimeoutMs: z.optional(durationMs({ least: 1 })),
    requestTimeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
    maxBytes: z.optional(count(0)),
    maxInFlight: z.optional(count(1)),
    maxAgeMs: z.optional(durationMs({ least: 1, unbounded: true })),
    pingIntervalMs: z.optional(durationMs({ least: 1, unbounded: true })),
    backoff: z.optional(backoffOptions()),
    tls: z.optional(z.any()),
  }),
);

/**
 * Checks the options and fills in what is absent.
 *
 * @throws InvalidOptionsError
 */
export function http2Settings(given: Http2Options): Http2Settings {
  checkOptions("Http2Connection", schema, given);
  return {
    connectTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    maxBytes: 10_485_760,
    maxInFlight: 1_000,
    maxAgeMs: Number.POSITIVE_INFINITY,
    pingIntervalMs: Number.POSITIVE_INFINITY,
    backoff: { minMs: 100, maxMs: 10_000 },
    tls: {},
    join: undefined,
    ...given,
    origin: originOf(given.origin),
  };
}

/** Scheme, host and port alone: what two spellings of one origin have in common. */
function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.origin;
  throw new InvalidOptionsError("Http2Connection", [`origin must be an http: or https: URL, not "${text}"`]);
}
