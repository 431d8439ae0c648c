/**
 * Where a connection over TCP leads, as options.
 *
 * @module
 */

import type { ConnectionOptions } from "node:tls";
import * as z from "zod/mini";

/** A TCP peer, in the clear or over TLS. */
export interface TcpAddress {
  /** A host name or an IP address; `"localhost"` when absent. */
  readonly host?: string;
  readonly port: number;
  /** Over TLS when present: `{}`, or as for `tls.connect`: `ca`, `servername`, … */
  readonly tls?: ConnectionOptions;
}

/** The fields of a {@link TcpAddress}, for strict objects. */
export const tcpAddressFields = () => ({
  host: z.optional(z.string().check(z.minLength(1, "must be a host name or an IP address"))),
  port: z.custom<number>(
    (port) => Number.isInteger(port) && (port as number) >= 1 && (port as number) <= 65_535,
    {
      error: "must be a whole number from 1 to 65535",
    },
  ),
  tls: z.optional(
    z.custom<object>((tls) => typeof tls === "object" && tls !== null, { error: "must be an object" }),
  ),
});
