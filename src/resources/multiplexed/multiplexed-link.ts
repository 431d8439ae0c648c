/**
 * The state behind a multiplexed connection: its socket, and who waits for the answer to which id.
 *
 * What the socket tells is acted on when it is told, not when the mailbox comes to it: callers of a lost
 * connection have their answer in the turn of the loss, after the connection has left its pool.
 *
 * @module
 */

import type { Socket } from "node:net";
import { Deadline } from "../../actors/deadlines.ts";
import type { Self } from "../../actors/definition.ts";
import type { MonitorRef } from "../../actors/links.ts";
import type { Kernel } from "../../actors/process.ts";
import type { From } from "../../actors/sending.ts";
import { ActorError, BadMessageError, CallTimeoutError, toError } from "../../core/errors.ts";
import { DisconnectedError, RemoteError } from "../errors.ts";
import { type ConnectionPhase, Reconnecting, type ReconnectingEvent } from "../reconnecting.ts";
import { connectSocket, peerOf } from "../tcp-socket.ts";
import type { Codec, Decoder, MultiplexedAnswer } from "./codec.ts";
import type { MultiplexedSettings } from "./multiplexed-options.ts";

/** What a connection says about itself. */
export interface MultiplexedStatus {
  /** `tcp://localhost:7000`. */
  readonly peer: string;
  readonly phase: ConnectionPhase;
  /** Requests on their way. */
  readonly inFlight: number;
  /** Attempts and connections in a row that did not hold. */
  readonly failures: number;
}

/** A socket and what takes its bytes apart. */
interface Session<Response> {
  readonly socket: Socket;
  readonly decoder: Decoder<Response>;
  /** What is written in one turn goes out at its end, in one piece. */
  corked: boolean;
}

/** A request on its way. */
interface Pending<Response> {
  readonly id: number;
  readonly from: From<Response>;
  readonly timeoutMs: number;
  readonly deadline: Deadline;
  /** On the caller, when it is a process. */
  readonly monitor: MonitorRef | undefined;
}

/** The largest id that fits into 32 bits. */
const MAX_ID = 0xffff_ffff;

/** One connection to one peer, through all its sockets. */
export class MultiplexedLink<Request, Response> {
  readonly #settings: MultiplexedSettings;
  readonly #codec: Codec<Request, Response>;
  readonly #self: Self;
  readonly #kernel: Kernel;
  readonly #peer: string;
  readonly #way: Reconnecting<void>;
  readonly #pending = new Map<number, Pending<Response>>();
  readonly #callers = new Map<MonitorRef, Pending<Response>>();
  /** Sockets that are not closed yet. */
  readonly #sockets = new Set<Socket>();
  #session: Session<Response> | undefined;
  #lastId = 0;
  /** When the first request was sent since the peer was last heard; `undefined` while it owes nothing. */
  #owedSinceMs: number | undefined;

  constructor(
    settings: MultiplexedSettings,
    codec: Codec<Request, Response>,
    { self, kernel }: { readonly self: Self; readonly kernel: Kernel },
  ) {
    this.#settings = settings;
    this.#codec = codec;
    this.#self = self;
    this.#kernel = kernel;
    this.#peer = peerOf(settings.address);
    this.#way = new Reconnecting({ ...settings, peer: this.#peer }, self, kernel);
  }

  /** Begins an attempt. */
  connect(): void {
    const socket = connectSocket(this.#settings.address, () => {
      if (this.#session === session) this.#way.up();
    });
    const session: Session<Response> = { socket, decoder: this.#codec.decoder(), corked: false };
    const lost = (error: Error): void => this.#onLost(session, error);
    this.#session = session;
    this.#owedSinceMs = undefined;
    this.#sockets.add(socket);
    socket.on("data", (chunk: Uint8Array) => this.#onData(session, chunk));
    // Whoever has said its last word cannot answer any more: what half of the socket is left is of no use.
    socket.once("end", () => lost(new Error("the peer closed the connection")));
    socket.on("error", lost);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      lost(new Error("the connection was closed"));
    });
    this.#way.begin();
  }

  handle(event: ReconnectingEvent): void {
    const todo = this.#way.handle(event);
    if (todo === "connect") return this.connect();
    if (todo === "giveUp" && this.#session !== undefined)
      this.#onLost(this.#session, new Error(`not connected within ${this.#settings.connectTimeoutMs} ms`));
  }

  /** @returns why the request is not even tried; then `from` is left alone */
  request(input: Request, from: From<Response>): ActorError | undefined {
    const session = this.#session;
    if (this.#way.phase !== "connected" || session === undefined) return this.#way.refusal();
    const overload = this.#overload(session);
    if (overload !== undefined) return overload;
    const id = this.#freeId();
    try {
      this.#write(session, this.#codec.encode(id, input));
    } catch (error) {
      return new BadMessageError(this.#peer, "request", [toError(error)]);
    }
    this.#owedSinceMs ??= this.#kernel.runtime.clock.now();
    this.#await(id, from);
    return undefined;
  }

  /** Answers `from` when the attempt under way, or the next one, has its outcome. */
  ready(from: From<void>): void {
    this.#way.ready(from);
  }

  /** Forgets what a dead caller had asked for. */
  forget(caller: MonitorRef): void {
    const pending = this.#callers.get(caller);
    if (pending !== undefined) this.#drop(pending);
  }

  status(): MultiplexedStatus {
    const { phase, failures } = this.#way;
    return { peer: this.#peer, phase, inFlight: this.#pending.size, failures };
  }

  /** Closes what is open; settles when all sockets are closed. Whoever asked hears of it by the process's end. */
  async close(): Promise<void> {
    this.#session = undefined;
    for (const { deadline } of this.#pending.values()) this.#kernel.deadlines.cancel(deadline);
    const closed = [...this.#sockets].map(
      (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
    );
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #onData(session: Session<Response>, chunk: Uint8Array): void {
    if (session !== this.#session) return;
    this.#owedSinceMs = undefined;
    this.#way.answered();
    try {
      for (const answer of session.decoder.push(chunk)) this.#onAnswer(answer);
    } catch (error) {
      const cause = toError(error);
      this.#onLost(session, new Error(`the peer said what cannot be read: ${cause.message}`, { cause }));
    }
  }

  #onAnswer(answer: MultiplexedAnswer<Response>): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) {
      const { pid } = this.#self;
      this.#kernel.telemetry.emit("connection:unknownId", { pid, peer: this.#peer, id: answer.id });
      return;
    }
    this.#drop(pending);
    if ("fault" in answer)
      pending.from.fail(new RemoteError(`a request to ${this.#peer}`, "unknown", answer.fault));
    else pending.from.reply(answer.value);
  }

  /** Of a session that was given up nothing is heard any more. */
  #onLost(session: Session<Response>, error: Error): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    session.socket.destroy();
    // First: whoever hears of the loss finds the pool left.
    this.#way.down(error);
    for (const pending of [...this.#pending.values()]) {
      this.#drop(pending);
      pending.from.fail(new DisconnectedError(this.#peer, "unknown", error.message, error));
    }
  }

  #onDeadline(pending: Pending<Response>): void {
    const { silentMs } = this.#settings;
    this.#drop(pending);
    pending.from.fail(new CallTimeoutError(this.#peer, pending.timeoutMs));
    const nowMs = this.#kernel.runtime.clock.now();
    const owedMs = nowMs - (this.#owedSinceMs ?? nowMs);
    // TCP alone would not say for minutes that nobody is there any more.
    if (owedMs >= silentMs && this.#session !== undefined)
      this.#onLost(this.#session, new Error(`the peer owes answers and said nothing for ${silentMs} ms`));
  }

  #await(id: number, from: From<Response>): void {
    const timeoutMs = Math.min(this.#settings.requestTimeoutMs, from.timeoutMs);
    const monitor = from.pid === undefined ? undefined : this.#self.monitor(from.pid);
    const deadline = new Deadline(() => this.#onDeadline(pending));
    const pending: Pending<Response> = { id, from, timeoutMs, deadline, monitor };
    this.#pending.set(id, pending);
    if (monitor !== undefined) this.#callers.set(monitor, pending);
    this.#kernel.deadlines.arm(deadline, timeoutMs);
  }

  #drop({ id, deadline, monitor }: Pending<Response>): void {
    this.#pending.delete(id);
    this.#kernel.deadlines.cancel(deadline);
    if (monitor === undefined) return;
    this.#callers.delete(monitor);
    this.#self.demonitor(monitor, { flush: true });
  }

  /** Numbers begin anew after the last one; those of requests that still wait are left out. */
  #freeId(): number {
    do this.#lastId = this.#lastId === MAX_ID ? 1 : this.#lastId + 1;
    while (this.#pending.has(this.#lastId));
    return this.#lastId;
  }

  #write(session: Session<Response>, bytes: Uint8Array | string): void {
    const { socket } = session;
    if (!session.corked) {
      session.corked = true;
      socket.cork();
      this.#kernel.runtime.scheduler.atTurnEnd(() => {
        session.corked = false;
        socket.uncork();
      });
    }
    socket.write(bytes);
  }

  #overload({ socket }: Session<Response>): ActorError | undefined {
    const { maxInFlight, maxUnsentBytes } = this.#settings;
    if (this.#pending.size >= maxInFlight)
      return overloaded(
        `${this.#peer} has ${maxInFlight} requests on their way, the most it takes (maxInFlight)`,
      );
    if (socket.writableLength >= maxUnsentBytes)
      return overloaded(
        `${this.#peer} does not read: ${socket.writableLength} bytes wait for it (maxUnsentBytes)`,
      );
    return undefined;
  }
}

function overloaded(message: string): ActorError {
  return new ActorError("ERR_OVERLOADED", "no", message);
}
