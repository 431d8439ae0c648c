/**
 * What `tcp` takes.
 *
 * @module
 */

import * as z from "zod/mini";
import { InvalidOptionsError } from "../../core/errors.ts";
import { checkOptions, count, durationMs, onFirstUse } from "../../core/options.ts";
import { type TcpAddress, tcpAddressFields } from "../tcp-address-options.ts";

/** Where TCP connections lead, and bounds on what a peer can make their borrowers wait for. */
export interface TcpOptions extends TcpAddress {
  /** Milliseconds for a read or a write that names none; 5,000 when absent, `Infinity` for none. */
  readonly timeoutMs?: number;
  /** Bytes that `readUntil` looks through when it names none; 64 KiB when absent. */
  readonly maxBytes?: number;
  /** Milliseconds for an orderly goodbye before the socket is destroyed; 1,000 when absent. */
  readonly closeTimeoutMs?: number;
}

/** The options with nothing left open. */
export interface TcpSettings {
  readonly address: TcpAddress;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly closeTimeoutMs: number;
}

const schema = onFirstUse(() =>
  z.strictObject({
    ...tcpAddressFields(),
    timeoutMs: z.optional(durationMs({ least: 1, unbounded: true })),
    maxBytes: z.optional(count(1)),
    closeTimeoutMs: z.optional(durationMs({ least: 1 })),
  }),
);

/**
 * Checks the options and fills in what is absent.
 *
 * @throws InvalidOptionsError
 */
export function tcpSettings(given: TcpOptions): TcpSettings {
  checkOptions("tcp", schema, given);
  const { host, port, tls, ...limits } = given;
  return {
    timeoutMs: 5_000,
    maxBytes: 65_536,
    closeTimeoutMs: 1_000,
    ...limits,
    address: { port, ...(host === undefined ? {} : { host }), ...(tls === undefined ? {} : { tls }) },
  };
}

/** How long a read or a write may take. */
export interface TcpPatience {
  /** Milliseconds until it rejects with `ERR_CALL_TIMEOUT`; the resource's own when absent, `Infinity` for none. */
  readonly timeoutMs?: number;
}

/** How long `readUntil` may take, and how far it looks. */
export interface TcpReadLimits extends TcpPatience {
  /** Bytes until the delimiter, at the most; then `ERR_TOO_LARGE`. The resource's own when absent. */
  readonly maxBytes?: number;
}

const LIMITS: readonly string[] = ["timeoutMs", "maxBytes"];

/** By hand: it is asked at every read. @throws InvalidOptionsError with all faults */
export function checkLimits(what: string, given: TcpReadLimits | undefined): void {
  if (given === undefined) return;
  const { timeoutMs = 0, maxBytes = 1 } = given;
  const faults = Object.keys(given)
    .filter((name) => !LIMITS.includes(name))
    .map((name) => `unknown option "${name}"`);
  if (!(timeoutMs >= 0)) faults.push("timeoutMs must be milliseconds, a number of at least 0 or Infinity");
  if (!Number.isInteger(maxBytes) || maxBytes < 1)
    faults.push("maxBytes must be a whole number of at least 1");
  if (faults.length > 0) throw new InvalidOptionsError(what, faults);
}

/** @throws InvalidOptionsError */
export function checkByteCount(what: string, bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 0)
    throw new InvalidOptionsError(what, [`what is read must be a whole number of bytes, not ${bytes}`]);
}
