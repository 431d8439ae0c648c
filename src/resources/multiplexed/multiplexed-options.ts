/**
 * What a multiplexed connection is started from.
 *
 * @module
 */

import * as z from "zod/mini";
import { checkOptions, count, durationMs, onFirstUse } from "../../core/options.ts";
import type { Backoff } from "../backoff.ts";
import { backoffOptions } from "../backoff-options.ts";
import type { Membership } from "../membership.ts";
import { type TcpAddress, tcpAddressFields } from "../tcp-address-options.ts";

/** Where a multiplexed connection leads, and what it allows. */
export interface MultiplexedOptions extends TcpAddress {
  /** Where to register while connected. */
  readonly join?: Membership;
  /** Milliseconds until the peer can be spoken to, TLS included; 5,000 when absent. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for a request whose caller waits longer than that; `Infinity` when absent: callers say how long they wait. */
  readonly requestTimeoutMs?: number;
  /**
   * Milliseconds for which a peer may say nothing at all while it owes answers: looked at when a request's deadline
   * passes. 10,000 when absent, `Infinity` for a peer that need not answer.
   */
  readonly silentMs?: number;
  /** Requests on their way at once; more are refused with `ERR_OVERLOADED`. 1,000 when absent. */
  readonly maxInFlight?: number;
  /** Bytes that wait for a peer which does not read; then requests are refused with `ERR_OVERLOADED`. 16 MiB when absent. */
  readonly maxUnsentBytes?: number;
  /** Waiting between attempts; from 100 ms to 10 s when absent. */
  readonly backoff?: Backoff;
}

/** The options with nothing left open. */
export type MultiplexedSettings = Required<Omit<MultiplexedOptions, "join" | keyof TcpAddress>> & {
  readonly join: Membership | undefined;
  readonly address: TcpAddress;
};

const schema = onFirstUse(() =>
  z.strictObject({
    ...tcpAddressFields(),
    join: z.optional(z.any()),
    connectTimeoutMs: z.optional(durationMs({ least: 1 })),
    requestTimeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
    silentMs: z.optional(durationMs({ least: 1, unbounded: true })),
    maxInFlight: z.optional(count(1)),
    maxUnsentBytes: z.optional(count(1)),
    backoff: z.optional(backoffOptions()),
  }),
);

/**
 * Checks the options and fills in what is absent.
 *
 * @throws InvalidOptionsError
 */
export function multiplexedSettings(name: string, given: MultiplexedOptions): MultiplexedSettings {
  checkOptions(name, schema, given);
  const { host, port, tls, ...limits } = given;
  return {
    join: undefined,
    connectTimeoutMs: 5_000,
    requestTimeoutMs: Number.POSITIVE_INFINITY,
    silentMs: 10_000,
    maxInFlight: 1_000,
    maxUnsentBytes: 16_777_216,
    backoff: { minMs: 100, maxMs: 10_000 },
    ...limits,
    address: { port, ...(host === undefined ? {} : { host }), ...(tls === undefined ? {} : { tls }) },
  };
}
