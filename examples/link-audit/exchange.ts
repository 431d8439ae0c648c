/**
 * One request and its answer over HTTP/1.1, with a limit on time and one on size.
 *
 * @module
 */

import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { type Dispatcher, request } from "undici";
import type { Limits } from "./fault-reason.ts";

/** What to ask for. */
export interface WebRequest extends Limits {
  readonly method: "GET" | "HEAD";
  readonly url: string;
}

/** What came back, whatever its status. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Sent with every request: who asks, and what is understood. */
export const REQUEST_HEADERS = {
  accept: "text/html, text/markdown, */*;q=0.5",
  "accept-encoding": "gzip, deflate, br",
  "user-agent": "troupe-link-audit (+https://www.npmjs.com/package/troupe)",
} as const;

const DECODERS: Readonly<
  Record<string, (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>>
> = {
  br: promisify(brotliDecompress),
  deflate: promisify(inflate),
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
};

/**
 * Asks once; redirects are answers like any other.
 *
 * @throws Error of the socket, of TLS, of HTTP, a `TimeoutError`, or one with the code `ERR_TOO_LARGE`
 */
export async function exchange(
  dispatcher: Dispatcher,
  { url, method, timeoutMs, maxBytes }: WebRequest,
): Promise<WebAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    method,
    headers: REQUEST_HEADERS,
    signal,
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(); // leaving the loop destroys the body, and with it the socket
    chunks.push(chunk);
  }
  return {
    status: statusCode,
    headers,
    body: await decodeBody(Buffer.concat(chunks, bytes), headers, maxBytes),
  };
}

/** Undoes the compression of a body; what it grows to is limited too. */
export async function decodeBody(
  body: Uint8Array,
  headers: WebAnswer["headers"],
  maxBytes: number,
): Promise<Uint8Array> {
  const decode = DECODERS[headerOf(headers, "content-encoding").trim().toLowerCase()];
  if (decode === undefined || body.length === 0) return body;
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? tooLarge() : error;
  }
}

/** The first value of a header, empty when it is not there. */
export function headerOf(headers: WebAnswer["headers"], name: string): string {
  const value = headers[name];
  return (typeof value === "string" ? value : value?.[0]) ?? "";
}

function tooLarge(): Error {
  return Object.assign(new Error("the body is too large"), { code: "ERR_TOO_LARGE" });
}
