/**
 * What callers of a resource can catch, beside the errors of the core. Match on `code`.
 *
 * ```ts
 * const error = new DisconnectedError("http://localhost:8080", "no", "connection refused");
 * error.code; //=> "ERR_DISCONNECTED"
 * error.handled; //=> "no"
 * ```
 *
 * @module
 */

import { ActorError, type Handled } from "../core/errors.ts";

/** There is no connection, or it was lost with the request on its way (then `handled` is `"unknown"`). */
export class DisconnectedError extends ActorError<"ERR_DISCONNECTED"> {
  static {
    this.prototype.name = "DisconnectedError";
  }
  /** Where the connection leads: `http://localhost:8080`. */
  readonly peer: string;

  constructor(peer: string, handled: Handled, why: string, cause?: unknown) {
    const fate = handled === "no" ? "the request was not handled" : "the request may have been handled";
    super("ERR_DISCONNECTED", handled, `${peer} is not connected (${why}); ${fate}`, { cause });
    this.peer = peer;
  }
}

/** The peer sent more than the caller takes; the rest was not read. */
export class TooLargeError extends ActorError<"ERR_TOO_LARGE"> {
  static {
    this.prototype.name = "TooLargeError";
  }
  /** The limit that was passed, in bytes. */
  readonly maxBytes: number;

  constructor(what: string, maxBytes: number) {
    super("ERR_TOO_LARGE", "unknown", `${what} is larger than ${maxBytes} bytes; raise maxBytes to read it`);
    this.maxBytes = maxBytes;
  }
}

/** What is known of a fault on the other side: plain data, since the error itself stays there. */
export interface RemoteFault {
  /** The name of the error's class, or of the protocol's error code. */
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** The error's own `code`, when it had one. */
  readonly code?: string;
  /** What it was caused by, as the error said. */
  readonly cause?: RemoteFault;
}

/** The other side failed at this one request; the connection or thread lives on. */
export class RemoteError extends ActorError<"ERR_REMOTE"> {
  static {
    this.prototype.name = "RemoteError";
  }
  readonly remote: RemoteFault;

  constructor(what: string, handled: Handled, remote: RemoteFault) {
    super("ERR_REMOTE", handled, `${what} failed: ${remote.name}: ${remote.message}`);
    this.remote = remote;
  }
}
