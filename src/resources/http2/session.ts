/**
 * Opens HTTP/2 sessions and says what becomes of them. A session's errors never reach anybody as
 * exceptions: they are the cause carried by its one `closed` event.
 *
 * @module
 */

import { type ClientHttp2Session, connect, type SecureClientSessionOptions } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** What a peer was found to speak: over TLS, in the clear, or something that is not HTTP/2. */
export type Http2Protocol = "h2" | "h2c" | "other";

/** What happens to a session. `closed` comes once and last; nothing follows `leaving` but `closed`. */
export type SessionEvent =
  /** The peer's SETTINGS have come: it speaks HTTP/2 and takes requests. */
  | { readonly type: "connected"; readonly session: ClientHttp2Session; readonly protocol: "h2" | "h2c" }
  /** The peer takes no new requests here (GOAWAY); those on their way go on. */
  | { readonly type: "leaving"; readonly session: ClientHttp2Session }
  | {
      readonly type: "closed";
      readonly session: ClientHttp2Session;
      /** The peer answered, but not in HTTP/2. */
      readonly foreign: boolean;
      readonly error: Error | undefined;
    };

/** A session and its end. */
export interface OpenSession {
  readonly session: ClientHttp2Session;
  /** Settles when its socket is closed; never rejects. */
  readonly closed: Promise<void>;
}

/**
 * Starts connecting to `origin`. The session keeps nobody alive by itself and takes no pushes.
 *
 * @param origin - `http://…` for HTTP/2 with prior knowledge, `https://…` for ALPN
 * @param tls - as for `tls.connect`
 * @param emit - never called inside this call
 */
export function openSession(
  origin: string,
  tls: SecureClientSessionOptions,
  emit: (event: SessionEvent) => void,
): OpenSession {
  // With both offered, a peer without HTTP/2 picks http/1.1 and can be told from one that is broken.
  const session = connect(origin, { ...tls, ALPNProtocols: ["h2", "http/1.1"], settings: { enablePush: false } });
  let error: Error | undefined;
  let foreign = false;
  let speaksHttp2 = false;

  session.once("connect", (_, socket) => {
    if (!isTls(socket) || socket.alpnProtocol === "h2") return;
    foreign = true;
    session.destroy(new Error(`the peer chose ${socket.alpnProtocol || "no protocol"}, not h2`));
  });
  session.once("remoteSettings", () => {
    if (foreign) return;
    speaksHttp2 = true;
    emit({ type: "connected", session, protocol: origin.startsWith("https:") ? "h2" : "h2c" });
  });
  // May come more than once: a warning first, the last stream's number later.
  session.once("goaway", () => emit({ type: "leaving", session }));
  session.on("error", (cause: NodeJS.ErrnoException) => {
    error ??= cause;
    if (!speaksHttp2 && cause.code === "ERR_HTTP2_ERROR") foreign = true;
  });
  const closed = new Promise<void>((resolve) => session.once("close", resolve));
  session.once("close", () => emit({ type: "closed", session, foreign, error }));
  session.unref();
  return { session, closed };
}

function isTls(socket: Socket | TLSSocket): socket is TLSSocket {
  return "encrypted" in socket;
}
