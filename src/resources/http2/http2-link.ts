/**
 * The state behind an `Http2Connection`: which session is the current one, what is on its way, and
 * when to try again. Sessions that were told to go finish what they have beside the current one.
 *
 * ```text
 *   connecting ── SETTINGS ──▶ connected ── GOAWAY, close ──▶ waiting ── retry ──▶ connecting
 *       └────────── refused, closed, overdue, not HTTP/2 ────────▲
 * ```
 *
 * @module
 */

import type { ClientHttp2Session } from "node:http2";
import type { Self, TimerRef } from "../../actors/definition.ts";
import type { MonitorRef } from "../../actors/links.ts";
import type { From } from "../../actors/sending.ts";
import { ActorError, CallTimeoutError } from "../../core/errors.ts";
import type { Pid } from "../../core/pid.ts";
import type { Random } from "../../core/random.ts";
import { backoffMs } from "../backoff.ts";
import { DisconnectedError } from "../errors.ts";
import { join, leave } from "../membership.ts";
import { type Exchange, type Outcome, startExchange } from "./exchange.ts";
import type { Http2Settings } from "./http2-options.ts";
import type { Http2Request, Http2Response } from "./request.ts";
import { type Http2Protocol, type OpenSession, openSession, type SessionEvent } from "./session.ts";

/** What comes into the mailbox of an `Http2Connection`: its session's events and its own timers. */
export type LinkEvent =
  | SessionEvent
  | { readonly type: "overdue"; readonly session: ClientHttp2Session }
  | { readonly type: "proven"; readonly session: ClientHttp2Session }
  | { readonly type: "silent"; readonly session: ClientHttp2Session }
  | { readonly type: "retry" }
  | { readonly type: "join" }
  | { readonly type: "deadline"; readonly id: number };

/** What a connection says about itself. */
export interface Http2Status {
  readonly origin: string;
  readonly phase: "connecting" | "connected" | "waiting";
  /** What the peer spoke at the last attempt that got an answer. */
  readonly protocol: Http2Protocol | undefined;
  /** Requests on their way, those on sessions told to go included. */
  readonly inFlight: number;
  /** Attempts and connections in a row that did not hold. */
  readonly failures: number;
}

/** A session and how many requests are on their way over it. */
interface Route extends OpenSession {
  inFlight: number;
}

interface Pending {
  readonly route: Route;
  readonly exchange: Exchange;
  readonly timeoutMs: number;
  readonly deadline: TimerRef | undefined;
  /** On the caller, when it is a process. */
  readonly monitor: MonitorRef | undefined;
}

/** One connection to one origin, through all its sessions. */
export class Http2Link {
  readonly #settings: Http2Settings;
  readonly #self: Self;
  readonly #random: Random;
  /** Every session whose socket is not closed yet. */
  readonly #routes = new Set<Route>();
  readonly #pending = new Map<number, Pending>();
  readonly #callers = new Map<MonitorRef, number>();
  #awaitingReady: From<Http2Protocol>[] = [];
  #phase: Http2Status["phase"] = "waiting";
  #current: Route | undefined;
  #protocol: Http2Protocol | undefined;
  #failures = 0;
  #waitedMs = 0;
  #lastError: Error | undefined;
  #overdue: TimerRef | undefined;
  /** Runs while a ping has no answer. */
  #silence: TimerRef | undefined;
  #nextId = 1;
  #joined = false;
  #closed = false;

  constructor(settings: Http2Settings, self: Self, random: Random) {
    this.#settings = settings;
    this.#self = self;
    this.#random = random;
  }

  /** Begins an attempt; its outcome comes as an event. */
  connect(): void {
    const { origin, tls, connectTimeoutMs } = this.#settings;
    const opened = openSession(origin, tls, (event) => {
      if (event.type === "closed") this.#routes.delete(route);
      this.#self.send(event);
    });
    const route: Route = { ...opened, inFlight: 0 };
    this.#routes.add(route);
    this.#current = route;
    this.#phase = "connecting";
    this.#overdue = this.#self.sendAfter(connectTimeoutMs, { type: "overdue", session: route.session });
  }

  handle(event: LinkEvent): void {
    switch (event.type) {
      case "retry":
        return this.connect();
      case "join":
        return this.#join();
      case "deadline":
        return this.#onDeadline(event.id);
    }
    const current = this.#current;
    // What a session says after it was replaced is history.
    if (current === undefined || event.session !== current.session) return;
    switch (event.type) {
      case "connected":
        return this.#onConnected(current, event.protocol);
      case "proven":
        this.#failures = 0;
        return;
      case "overdue":
        return this.#giveUp(current, "SETTINGS");
      case "silent":
        return this.#giveUp(current, "answer to a ping");
      case "leaving":
        return this.#onLost(new Error("the peer said GOAWAY"));
      case "closed":
        if (event.foreign) return this.#onForeign(event.error);
        return this.#onLost(event.error ?? new Error("the peer closed the connection"));
    }
  }

  /** @returns why the request is not even tried; then `from` is left alone */
  request(input: Http2Request, from: From<Http2Response>): ActorError | undefined {
    const { origin, maxBytes, maxInFlight, requestTimeoutMs } = this.#settings;
    const route = this.#current;
    if (this.#phase !== "connected" || route === undefined) return this.#disconnected();
    if (this.#pending.size >= maxInFlight) return overloaded(origin, maxInFlight);
    const id = this.#nextId++;
    const { timeoutMs = requestTimeoutMs } = input;
    const settle = (outcome: Outcome): void => this.#settle(id, from, outcome);
    try {
      const exchange = startExchange({ session: route.session, origin, maxBytes }, input, settle);
      this.#pending.set(id, { route, exchange, timeoutMs, ...this.#watch(id, timeoutMs, from.pid) });
    } catch (error) {
      if (!(error instanceof ActorError)) throw error;
      this.#noteLoss(route, error);
      return error;
    }
    route.inFlight += 1;
    return undefined;
  }

  /** Answers `from` when the attempt under way, or the next one, has its outcome; at once when it is known. */
  ready(from: From<Http2Protocol>): void {
    const isKnown = this.#phase === "connected" || (this.#phase === "waiting" && this.#protocol === "other");
    if (isKnown && this.#protocol !== undefined) from.reply(this.#protocol);
    else this.#awaitingReady.push(from);
  }

  /** Cancels what a dead caller had asked for. */
  forget(caller: MonitorRef): void {
    const id = this.#callers.get(caller);
    if (id === undefined) return;
    this.#pending.get(id)?.exchange.cancel(new ActorError("ERR_ABORTED", "unknown", "the caller is gone"));
  }

  status(): Http2Status {
    return {
      origin: this.#settings.origin,
      phase: this.#phase,
      protocol: this.#protocol,
      inFlight: this.#pending.size,
      failures: this.#failures,
    };
  }

  /** Ends every session; settles when all sockets are closed. */
  async close(): Promise<void> {
    this.#closed = true;
    const routes = [...this.#routes];
    for (const route of routes) route.end();
    await Promise.all(routes.map(({ closed }) => closed));
  }

  #onConnected({ session }: Route, protocol: Http2Protocol): void {
    this.#overdue?.cancel();
    this.#phase = "connected";
    this.#protocol = protocol;
    this.#lastError = undefined;
    // A session that lives as long as it was waited for has proven itself; so has one that answered.
    this.#self.sendAfter(Math.max(this.#waitedMs, this.#settings.backoff.minMs), { type: "proven", session });
    this.#join();
    this.#answerReady((from) => from.reply(protocol));
  }

  #onForeign(cause: Error | undefined): void {
    this.#protocol = "other";
    this.#answerReady((from) => from.reply("other"));
    this.#onLost(new Error("the peer does not speak HTTP/2", { cause }));
  }

  #giveUp(route: Route, missing: string): void {
    const error = new Error(`no ${missing} within ${this.#settings.connectTimeoutMs} ms`);
    this.#onLost(error);
    route.end(error);
  }

  #onLost(error: Error): void {
    this.#overdue?.cancel();
    this.#silence?.cancel();
    this.#silence = undefined;
    leave(this.#settings.join, this.#self.pid);
    this.#joined = false;
    // What is on its way goes on; the last answer ends the session, since its peer may never hang up.
    if (this.#current?.inFlight === 0) this.#current.end();
    this.#current = undefined;
    this.#phase = "waiting";
    this.#lastError = error;
    this.#failures += 1;
    this.#waitedMs = backoffMs(this.#settings.backoff, this.#failures, this.#random.next());
    this.#self.sendAfter(this.#waitedMs, { type: "retry" });
    this.#answerReady((from) => from.fail(this.#disconnected()));
  }

  /** Once a session: two entries of one pid would be two members to a pool. */
  #join(): void {
    const { join: membership, backoff } = this.#settings;
    if (this.#phase !== "connected" || this.#joined) return;
    this.#joined = join(membership, this.#self.pid);
    if (!this.#joined) this.#self.sendAfter(backoff.minMs, { type: "join" });
  }

  #watch(id: number, timeoutMs: number, caller: Pid | undefined): Pick<Pending, "deadline" | "monitor"> {
    const isBounded = timeoutMs !== Number.POSITIVE_INFINITY;
    const deadline = isBounded ? this.#self.sendAfter(timeoutMs, { type: "deadline", id }) : undefined;
    const monitor = caller === undefined ? undefined : this.#self.monitor(caller);
    if (monitor !== undefined) this.#callers.set(monitor, id);
    return { deadline, monitor };
  }

  #settle(id: number, from: From<Http2Response>, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || this.#closed) return;
    this.#forget(id, pending);
    if (outcome.ok) {
      this.#failures = 0;
      return from.reply(outcome.response);
    }
    this.#noteLoss(pending.route, outcome.error);
    from.fail(outcome.error);
  }

  /** A stream may hear of the end before its session does: who hears of a loss finds the pool left. */
  #noteLoss(route: Route, error: ActorError): void {
    if (route === this.#current && error.code === "ERR_DISCONNECTED")
      this.#onLost(new Error("the session ended"));
  }

  #forget(id: number, { route, deadline, monitor }: Pending): void {
    this.#pending.delete(id);
    deadline?.cancel();
    if (monitor !== undefined) {
      this.#callers.delete(monitor);
      this.#self.demonitor(monitor, { flush: true });
    }
    route.inFlight -= 1;
    if (route.inFlight === 0 && route !== this.#current) route.end();
  }

  #onDeadline(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.exchange.cancel(new CallTimeoutError(this.#settings.origin, pending.timeoutMs));
    if (pending.route === this.#current) this.#probe(pending.route);
  }

  /** Is it the request that is slow, or is nobody there any more? TCP alone would not say for minutes. */
  #probe({ session }: Route): void {
    if (this.#silence !== undefined || session.destroyed) return;
    this.#silence = this.#self.sendAfter(this.#settings.connectTimeoutMs, { type: "silent", session });
    session.ping((error) => {
      if (error !== null || session !== this.#current?.session) return;
      this.#silence?.cancel();
      this.#silence = undefined;
    });
  }

  #answerReady(answer: (from: From<Http2Protocol>) => void): void {
    const waiting = this.#awaitingReady;
    this.#awaitingReady = [];
    for (const from of waiting) answer(from);
  }

  #disconnected(): DisconnectedError {
    const why = this.#lastError?.message ?? "still connecting";
    return new DisconnectedError(this.#settings.origin, "no", why, this.#lastError);
  }
}

function overloaded(origin: string, maxInFlight: number): ActorError {
  const message = `${origin} has ${maxInFlight} requests on their way, the most it takes (maxInFlight)`;
  return new ActorError("ERR_OVERLOADED", "no", message);
}
