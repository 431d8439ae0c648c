/**
 * What `http1` takes.
 *
 * @module
 */

import type { ConnectionOptions } from "node:tls";
import { Client } from "undici";
import * as z from "zod/mini";
import { InvalidOptionsError, toError } from "../../core/errors.ts";
import { checkOptions, onFirstUse } from "../../core/options.ts";
import type { TcpAddress } from "../tcp-address-options.ts";

/** What may be said of the clients: all of undici's options but those that would make one more than a connection. */
export type Http1ClientOptions = Omit<
  Client.Options,
  "connect" | "pipelining" | "allowH2" | "socketPath" | "localAddress" | "connectTimeout" | "autoSelectFamily"
>;

/** How HTTP/1 connections are made. */
export interface Http1Options {
  /** For `https:` origins, as for `tls.connect`: `ca`, `servername`, … */
  readonly tls?: ConnectionOptions;
  /** undici's own: `headersTimeout`, `bodyTimeout`, `keepAliveTimeout`, `maxResponseSize`, … */
  readonly client?: Http1ClientOptions;
}

/** The options with nothing left open. */
export interface Http1Settings {
  readonly origin: string;
  readonly address: TcpAddress;
  readonly client: Http1ClientOptions;
}

/** Options of undici that are decided here: a connection is opened by the pool, and carries one request at a time. */
const DECIDED: readonly string[] = Object.freeze([
  "connect",
  "pipelining",
  "allowH2",
  "socketPath",
  "localAddress",
  "connectTimeout",
  "autoSelectFamily",
]);

const schema = onFirstUse(() =>
  z.strictObject({
    tls: z.optional(z.any()),
    client: z.optional(z.record(z.string(), z.any())),
  }),
);

/**
 * Checks the options, undici's by undici itself.
 *
 * @throws InvalidOptionsError
 */
export function http1Settings(origin: string, given: Http1Options): Http1Settings {
  checkOptions("http1", schema, given);
  const url = originOf(origin);
  const { client = {}, tls } = given;
  const decided = Object.keys(client).filter((name) => DECIDED.includes(name));
  const faults = decided.map(
    (name) => `client.${name} is not for you to say: a connection carries one request at a time`,
  );
  if (tls !== undefined && url.protocol === "http:") faults.push("tls is for https: origins");
  if (faults.length === 0) faults.push(...clientFaults(url.origin, client));
  if (faults.length > 0) throw new InvalidOptionsError("http1", faults);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "https:";
  const port = Number(url.port || (isSecure ? 443 : 80));
  return {
    origin: url.origin,
    address: { host, port, ...(isSecure ? { tls: { ...tls, ALPNProtocols: ["http/1.1"] } } : {}) },
    client,
  };
}

function originOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new InvalidOptionsError("http1", [`the origin must be an http: or https: URL, not "${text}"`]);
}

/** A client connects to nothing before its first request. */
function clientFaults(origin: string, options: Http1ClientOptions): string[] {
  try {
    void new Client(origin, options).destroy();
    return [];
  } catch (error) {
    return [`client: ${toError(error).message}`];
  }
}
