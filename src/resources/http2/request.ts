/**
 * What is asked over an HTTP/2 connection, and what comes back.
 *
 * @module
 */

/** What to ask for. */
export interface Http2Request {
  /** `GET` when absent. */
  readonly method?: string;
  /** Path and query, percent-encoded, starting with a slash. */
  readonly path: string;
  /** Names in lower case; no connection headers, HTTP/2 has none. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** A longer body ends the request with `ERR_TOO_LARGE`; bytes, the connection's `maxBytes` when absent. */
  readonly maxBytes?: number;
  /** Milliseconds for the whole exchange; then the stream is cancelled. The connection's `requestTimeoutMs` when absent. */
  readonly timeoutMs?: number;
}

/** What the peer answered. */
export interface Http2Response {
  readonly status: number;
  /** Names in lower case; a list where the peer sent `set-cookie`. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
}
