/**
 * Opens HTTP/2 sessions and says what becomes of them. A session's errors never reach anybody as
 * exceptions: they are the cause carried by its one `closed` event.
 *
 * @module
 */

import { type ClientHttp2Session, connect } from "node:http2";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, TLSSocket } from "node:tls";

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

/** A session and its socket. */
export interface OpenSession {
  readonly session: ClientHttp2Session;
  /** Settles when the socket is closed; never rejects. */
  readonly closed: Promise<void>;
  /** Ends both now. A session that was told to go is out of Node's own reach: only its socket still closes it. */
  end(cause?: Error): void;
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
  tls: ConnectionOptions,
  emit: (event: SessionEvent) => void,
): OpenSession {
  const socket = openSocket(new URL(origin), tls);
  const session = connect(origin, { createConnection: () => socket, settings: { enablePush: false } });
  const protocol = socket instanceof TLSSocket ? "h2" : "h2c";
  let error: Error | undefined;
  let foreign = false;
  let speaksHttp2 = false;
  const end = (cause?: Error): void => {
    session.destroy(cause);
    socket.destroy();
  };

  session.once("connect", () => {
    if (!(socket instanceof TLSSocket) || socket.alpnProtocol === "h2") return;
    foreign = true;
    end(new Error(`the peer chose ${socket.alpnProtocol || "no protocol"}, not h2`));
  });
  session.once("remoteSettings", () => {
    speaksHttp2 = !foreign;
    if (speaksHttp2) emit({ type: "connected", session, protocol });
  });
  // May come more than once: a warning first, the last stream's number later.
  session.once("goaway", () => emit({ type: "leaving", session }));
  session.on("error", (cause: NodeJS.ErrnoException) => {
    error ??= cause;
    if (!speaksHttp2 && NOT_HTTP2.has(cause.code)) foreign = true;
  });
  const closed = new Promise<void>((resolve) => session.once("close", resolve));
  session.once("close", () => emit({ type: "closed", session, foreign, error }));
  return { session, closed, end };
}

/** Codes of a handshake that failed because the peer knows no h2, and of an answer that is not HTTP/2. */
const NOT_HTTP2: ReadonlySet<string | undefined> = new Set([
  "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
  "ERR_HTTP2_ERROR",
]);

function openSocket({ protocol, hostname, port }: URL, tls: ConnectionOptions): Socket {
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket =
    protocol === "https:"
      ? // With both offered, a peer without HTTP/2 picks http/1.1 and is told from one that is broken.
        connectTls({
          host,
          port: Number(port || 443),
          servername: isIP(host) === 0 ? host : "",
          ...tls,
          ALPNProtocols: ["h2", "http/1.1"],
        })
      : connectTcp({ host, port: Number(port || 80) });
  socket.setNoDelay(true);
  return socket.unref();
}
