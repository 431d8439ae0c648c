/**
 * A passive TCP connection: nothing is read before somebody asks, so a peer that sends more than is wanted is
 * held up by TCP itself, and nobody has to be ready for an event.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { Deadline } from "../../actors/deadlines.ts";
import type { Kernel } from "../../actors/process.ts";
import { callerOf } from "../../actors/sending.ts";
import {
  type ActorError,
  BadMessageError,
  CallTimeoutError,
  InvalidOptionsError,
} from "../../core/errors.ts";
import { DisconnectedError, TooLargeError } from "../errors.ts";
import { peerOf } from "../tcp-socket.ts";
import { ByteQueue } from "./byte-queue.ts";
import {
  checkByteCount,
  checkLimits,
  type TcpPatience,
  type TcpReadLimits,
  type TcpSettings,
} from "./tcp-options.ts";

/** What a read waits for. Both throw an ActorError that the read is to fail with. */
interface Wanted<T> {
  /** @returns the answer, taken out of the queue; `undefined` while it is not there */
  take(queue: ByteQueue): T | undefined;
  /** What is answered when the peer has said its last word. */
  atEnd(queue: ByteQueue): T;
}

interface PendingRead {
  /** Looks at what has come; settles when that is enough. */
  advance(): void;
  fail(error: ActorError): void;
}

/** A TCP connection whose bytes are fetched, not pushed: one read and any number of writes at a time. */
export class TcpConnection {
  /** Where it leads: `tcp://localhost:6379`. */
  readonly peer: string;
  readonly #socket: Socket;
  readonly #settings: TcpSettings;
  readonly #kernel: Kernel;
  readonly #queue = new ByteQueue();
  #read: PendingRead | undefined;
  /** The peer has said its last word. */
  #ended = false;
  #error: Error | undefined;
  /** Something went wrong between the lines: the next borrower would not know where it stands. */
  #spoilt = false;

  constructor(socket: Socket, settings: TcpSettings, kernel: Kernel) {
    this.peer = peerOf(settings.address);
    this.#socket = socket;
    this.#settings = settings;
    this.#kernel = kernel;
    socket.on("readable", () => this.#onReadable());
    socket.once("end", () => {
      this.#ended = true;
      this.#read?.advance();
    });
    socket.on("error", (error) => {
      this.#error ??= error;
    });
    socket.once("close", () => this.#read?.fail(this.#hungUp("during a read")));
  }

  /** Nothing is under way, nothing has come unasked, and both sides can still speak. */
  get isFit(): boolean {
    const { readableLength, writableLength, writable, destroyed } = this.#socket;
    const isQuiet = readableLength === 0 && this.#queue.length === 0 && writableLength === 0;
    return isQuiet && writable && !destroyed && !this.#ended && !this.#spoilt && this.#read === undefined;
  }

  /** Calls back, once or twice, when the peer has said its last word or the connection is over. */
  whenEnded(over: () => void): void {
    this.#socket.once("end", over);
    this.#socket.once("close", over);
  }

  /**
   * What has come and was not read yet, as soon as that is something.
   *
   * @returns at least one byte; `undefined` when the peer has said its last word
   * @throws ActorError `ERR_DISCONNECTED` when the connection is lost, `ERR_CALL_TIMEOUT`, `ERR_BAD_MESSAGE` while another
   *   read waits; InvalidOptionsError
   * @follows Erlang `gen_tcp:recv(Socket, 0)`
   */
  async read(limits?: TcpPatience): Promise<Uint8Array | undefined> {
    checkLimits("read", limits);
    return this.#want<Uint8Array | null>("read", limits, {
      take: (queue) => (queue.length > 0 ? queue.take(queue.length) : undefined),
      atEnd: () => null,
    }).then((bytes) => bytes ?? undefined);
  }

  /**
   * The next `count` bytes.
   *
   * @throws as {@link TcpConnection.read}, and `ERR_DISCONNECTED` when the peer said its last word before
   * @follows Erlang `gen_tcp:recv(Socket, Count)`
   */
  async readBytes(count: number, limits?: TcpPatience): Promise<Uint8Array> {
    checkByteCount("readBytes", count);
    checkLimits("readBytes", limits);
    return this.#want("readBytes", limits, {
      take: (queue) => (queue.length >= count ? queue.take(count) : undefined),
      atEnd: (queue) => {
        throw this.#hungUp(`after ${queue.length} of ${count} bytes`);
      },
    });
  }

  /**
   * What comes before the next `delimiter`, which is taken off.
   *
   * @throws as {@link TcpConnection.readBytes}, and `ERR_TOO_LARGE` when more than `maxBytes` come before it
   */
  async readUntil(delimiter: string | Uint8Array, limits?: TcpReadLimits): Promise<Uint8Array> {
    checkLimits("readUntil", limits);
    const mark = Buffer.from(delimiter as Uint8Array);
    if (mark.length === 0) throw new InvalidOptionsError("readUntil", ["the delimiter must not be empty"]);
    const maxBytes = limits?.maxBytes ?? this.#settings.maxBytes;
    // What was looked through holds no delimiter, but may end in the beginning of one.
    let from = 0;
    return this.#want("readUntil", limits, {
      take: (queue) => {
        const at = queue.indexOf(mark, from);
        if (at > maxBytes || (at < 0 && queue.length >= maxBytes + mark.length))
          throw new TooLargeError(`what ${this.peer} says before the delimiter`, maxBytes);
        from = Math.max(0, queue.length - mark.length + 1);
        return at < 0 ? undefined : queue.take(at + mark.length).subarray(0, at);
      },
      atEnd: (queue) => {
        throw this.#hungUp(`after ${queue.length} bytes without the delimiter`);
      },
    });
  }

  /**
   * Sends; settles when all of it is with the operating system, which a peer that does not read can delay.
   *
   * @throws ActorError `ERR_DISCONNECTED`, `ERR_CALL_TIMEOUT`: how much of it was sent is not known; InvalidOptionsError
   */
  async write(data: string | Uint8Array, limits?: TcpPatience): Promise<void> {
    checkLimits("write", limits);
    if (typeof data !== "string" && !(data instanceof Uint8Array))
      throw new InvalidOptionsError("write", ["what is written must be a string or a Uint8Array"]);
    const timeoutMs = limits?.timeoutMs ?? this.#settings.timeoutMs;
    const socket = this.#socket;
    if (!socket.writable) throw this.#hungUp("before anything was written", "no");
    await this.#within<void>(timeoutMs, (resolve, reject) => {
      socket.write(data, (error) => {
        // Node tells the write that a lost socket took along of no error.
        if (error || socket.destroyed) reject(this.#hungUp("during a write"));
        else resolve();
      });
    });
  }

  /** Says that nothing more will be written, after what was; what the peer still says can be read. */
  end(): void {
    this.#socket.end();
  }

  /** Says goodbye; who does not take it in time loses the socket. Settles when that is closed. */
  close(): Promise<void> {
    const socket = this.#socket;
    if (socket.closed) return Promise.resolve();
    const { deadlines } = this.#kernel;
    const deadline = new Deadline(() => socket.destroy());
    deadlines.arm(deadline, this.#settings.closeTimeoutMs);
    return new Promise((resolve) => {
      socket.once("close", () => {
        deadlines.cancel(deadline);
        resolve();
      });
      // What was never read would keep the end from being seen.
      if (this.isFit) socket.destroySoon();
      else socket.destroy();
    });
  }

  #want<T>(what: string, limits: TcpPatience | undefined, wanted: Wanted<T>): Promise<T> {
    if (this.#read !== undefined)
      throw new BadMessageError(this.peer, what, [
        new Error("another read waits already; read one after the other"),
      ]);
    return this.#within<T>(
      limits?.timeoutMs ?? this.#settings.timeoutMs,
      (resolve, reject) => {
        const read: PendingRead = {
          advance: () => {
            try {
              const answer = this.#advance(wanted);
              if (answer !== undefined) resolve(answer);
            } catch (error) {
              reject(error as ActorError);
            }
          },
          fail: reject,
        };
        this.#read = read;
        read.advance();
      },
      () => {
        this.#read = undefined;
      },
    );
  }

  /** No more is fetched than it takes to answer: the rest is the next read's, and until then the peer's. */
  #advance<T>({ take, atEnd }: Wanted<T>): T | undefined {
    for (;;) {
      const answer = take(this.#queue);
      if (answer !== undefined) return answer;
      const chunk = this.#next();
      if (chunk !== null) this.#queue.push(chunk);
      else if (this.#ended) return atEnd(this.#queue);
      else if (this.#socket.destroyed) throw this.#hungUp("during a read");
      else return undefined;
    }
  }

  #next(): Buffer | null {
    return this.#socket.read() as Buffer | null;
  }

  /** Without a reader it only finds out whether that was the end: what has come stays where it is. */
  #onReadable(): void {
    if (this.#read !== undefined) this.#read.advance();
    else if (this.#socket.readableLength === 0) this.#socket.read();
  }

  #hungUp(when: string, handled: "no" | "unknown" = "unknown"): DisconnectedError {
    const why = this.#error?.message ?? "hung up";
    return new DisconnectedError(this.peer, handled, `${why} ${when}`, this.#error);
  }

  /**
   * Runs `begin` with a deadline; a failure spoils the connection for whoever comes next.
   *
   * @param over - called once, before it settles
   */
  #within<T>(
    timeoutMs: number,
    begin: (resolve: (value: T) => void, reject: (error: ActorError) => void) => void,
    over?: () => void,
  ): Promise<T> {
    const { deadlines, runtime } = this.#kernel;
    // Plain code that waits keeps the host alive; what a process waits for does not.
    const holds = callerOf(this.#kernel) === undefined;
    if (holds) runtime.scheduler.hold();
    return new Promise<T>((resolve, reject) => {
      let settled = false;
      const settle = (): boolean => {
        if (settled) return false;
        settled = true;
        deadlines.cancel(deadline);
        if (holds) runtime.scheduler.release();
        over?.();
        return true;
      };
      const fail = (error: ActorError): void => {
        this.#spoilt = true;
        if (settle()) reject(error);
      };
      const deadline = new Deadline(() => fail(new CallTimeoutError(this.peer, timeoutMs)));
      deadlines.arm(deadline, timeoutMs);
      begin((value) => {
        if (settle()) resolve(value);
      }, fail);
    });
  }
}
