/**
 * One request over one HTTP/2 session, settled exactly once: with the whole response, or with an
 * error that says whether it may be sent again.
 *
 * @module
 */

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { type ActorError, BadMessageError, toError } from "../../core/errors.ts";
import { DisconnectedError, RemoteError, TooLargeError } from "../errors.ts";
import type { Http2Request, Http2Response } from "./request.ts";
import { requestFaults } from "./request-faults.ts";

/** How an exchange ended. */
export type Outcome =
  | { readonly ok: true; readonly response: Http2Response }
  | { readonly ok: false; readonly error: ActorError };

/** A request on its way. */
export interface Exchange {
  /** Ends it with `error` now and resets its stream; nothing happens when it is settled. */
  cancel(error: ActorError): void;
}

/** Where an exchange takes place. */
export interface Exchanging {
  readonly session: ClientHttp2Session;
  /** `http://localhost:8080`. */
  readonly origin: string;
  /** Bytes of body to take, unless the request says otherwise. */
  readonly maxBytes: number;
}

/**
 * Sends `request` and calls `settle` once, never inside this call.
 *
 * @throws ActorError `ERR_DISCONNECTED` when the session takes no requests any more, `ERR_BAD_MESSAGE`
 *   when the request cannot be put into HTTP/2; `handled` is `"no"` for both, and `settle` is not called
 */
export function startExchange(
  { session, origin, maxBytes: usualMaxBytes }: Exchanging,
  request: Http2Request,
  settle: (outcome: Outcome) => void,
): Exchange {
  const { method = "GET", path, maxBytes = usualMaxBytes } = request;
  const what = (): string => `${method} ${origin}${path}`;
  const stream = openStream(session, origin, request);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let head: IncomingHttpHeaders | undefined;
  let settled = false;

  const end = (outcome: Outcome): void => {
    if (settled) return;
    settled = true;
    settle(outcome);
  };
  const cancel = (error: ActorError): void => {
    if (settled) return;
    end({ ok: false, error });
    stream.close(constants.NGHTTP2_CANCEL);
  };

  stream.on("response", (headers) => {
    head = headers;
  });
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) cancel(new TooLargeError(`the answer to ${what()}`, maxBytes));
    else if (!settled) chunks.push(chunk);
  });
  stream.on("end", () => {
    // A lost session ends its streams as if the body were complete; only their being destroyed tells.
    if (head !== undefined && !stream.destroyed && stream.rstCode === constants.NGHTTP2_NO_ERROR) {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes);
      end({ ok: true, response: responseOf(head, body) });
    }
  });
  // What went wrong is read from the stream when it closes, which always follows.
  stream.on("error", () => undefined);
  stream.on("close", () => {
    if (!settled) end({ ok: false, error: failureOf(stream, session, { origin, what: what() }) });
  });
  if (request.body !== undefined) stream.end(request.body);
  return { cancel };
}

function openStream(session: ClientHttp2Session, origin: string, request: Http2Request): ClientHttp2Stream {
  const faults = requestFaults(request);
  if (faults.length > 0) throw new BadMessageError(origin, "request", faults);
  if (session.closed || session.destroyed) throw new DisconnectedError(origin, "no", "the session is over");
  const { method = "GET", path, headers } = request;
  const outgoing = { ...headers, ":method": method, ":path": path } as OutgoingHttpHeaders;
  try {
    return session.request(outgoing, { endStream: request.body === undefined });
  } catch (error) {
    const cause = toError(error);
    // The session may know of its end before its events tell.
    if (session.closed || session.destroyed) throw new DisconnectedError(origin, "no", cause.message, cause);
    throw new BadMessageError(origin, "request", [cause]);
  }
}

function responseOf(head: IncomingHttpHeaders, body: Uint8Array): Http2Response {
  // As Node's own: a peer may name a header as it likes, `__proto__` too.
  const headers: Record<string, string | readonly string[]> = Object.create(null);
  for (const name in head) {
    const value = head[name];
    if (value !== undefined && !name.startsWith(":")) headers[name] = value;
  }
  return { status: Number(head[":status"]), headers, body };
}

/**
 * Why a stream closed before its answer was complete. A stream that never got a number was never sent,
 * and a refused one was not looked at: GOAWAY refuses the streams above its last one in the same way.
 */
function failureOf(
  stream: ClientHttp2Stream,
  session: ClientHttp2Session,
  { origin, what }: { readonly origin: string; readonly what: string },
): ActorError {
  const code = stream.rstCode ?? constants.NGHTTP2_NO_ERROR;
  const handled = stream.id === undefined || code === constants.NGHTTP2_REFUSED_STREAM ? "no" : "unknown";
  if (session.closed || session.destroyed) {
    return new DisconnectedError(origin, handled, `the session ended during ${what}`);
  }
  return new RemoteError(what, handled, { name: resetName(code), message: "the peer reset the stream" });
}

const RESET_NAMES: readonly string[] = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

/** The name RFC 9113 gives an error code. */
function resetName(code: number): string {
  return RESET_NAMES[code] ?? `error code ${code}`;
}
