/**
 * The state behind an `Http2Connection`: which session is the current one, and what is on its way. Sessions that
 * were told to go, or have served long enough, finish what they have beside the current one.
 *
 * ```text
 *   connecting ── SETTINGS ──▶ connected ── GOAWAY, close ──▶ waiting ── retry ──▶ connecting
 *       └────────── refused, closed, overdue, not HTTP/2 ────────▲
 * ```
 *
 * An aged session is replaced without a gap: the next one is opened beside it, and takes over once it is connected.
 *
 * @module
 */

import type { ClientHttp2Session } from "node:http2";
import { Deadline } from "../../actors/deadlines.ts";
import type { Self, TimerRef } from "../../actors/definition.ts";
import type { MonitorRef } from "../../actors/links.ts";
import type { Kernel } from "../../actors/process.ts";
import type { From } from "../../actors/sending.ts";
import { ActorError, CallTimeoutError } from "../../core/errors.ts";
import type { Pid } from "../../core/pid.ts";
import { type ConnectionPhase, Reconnecting, type ReconnectingEvent } from "../reconnecting.ts";
import { type Exchange, type Outcome, startExchange } from "./exchange.ts";
import type { Http2Settings } from "./http2-options.ts";
import type { Http2Request, Http2Response } from "./request.ts";
import { type Http2Protocol, type OpenSession, openSession, type SessionEvent } from "./session.ts";

/** What comes into the mailbox of an `Http2Connection`: its session's events and its own timers. */
export type LinkEvent =
  | SessionEvent
  | ReconnectingEvent
  | { readonly type: "silent" | "aged" | "ping" | "late"; readonly session: ClientHttp2Session };

/** What a connection says about itself. */
export interface Http2Status {
  readonly origin: string;
  readonly phase: ConnectionPhase;
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
  readonly deadline: Deadline;
  /** On the caller, when it is a process. */
  readonly monitor: MonitorRef | undefined;
}

/** The share of a session's greatest age that is left to chance. */
const AGE_JITTER = 0.1;

/** What is told of one session. */
type TimedEvent = Extract<LinkEvent, { readonly session: ClientHttp2Session }>;

/** One connection to one origin, through all its sessions. */
export class Http2Link {
  readonly #settings: Http2Settings;
  readonly #self: Self;
  readonly #kernel: Kernel;
  readonly #way: Reconnecting<Http2Protocol>;
  /** Every session whose socket is not closed yet. */
  readonly #routes = new Set<Route>();
  readonly #pending = new Map<number, Pending>();
  readonly #callers = new Map<MonitorRef, number>();
  #current: Route | undefined;
  /** Being opened to take the place of the current one. */
  #next: Route | undefined;
  #protocol: Http2Protocol | undefined;
  /** Runs while a ping has no answer. */
  #silence: TimerRef | undefined;
  #nextId = 1;
  #closed = false;

  constructor(settings: Http2Settings, self: Self, kernel: Kernel) {
    this.#settings = settings;
    this.#self = self;
    this.#kernel = kernel;
    this.#way = new Reconnecting({ ...settings, peer: settings.origin }, self, kernel);
  }

  /** Begins an attempt; its outcome comes as an event. */
  connect(): void {
    this.#current = this.#open();
    this.#way.begin();
  }

  handle(event: LinkEvent): void {
    switch (event.type) {
      case "retry":
      case "join":
      case "overdue":
      case "proven":
        return this.#onWay(event);
    }
    // What a session says after it was replaced is history.
    if (event.session === this.#current?.session) this.#onCurrent(event, this.#current);
    else if (event.session === this.#next?.session) this.#onNext(event, this.#next);
  }

  /** @returns why the request is not even tried; then `from` is left alone */
  request(input: Http2Request, from: From<Http2Response>): ActorError | undefined {
    const { origin, maxBytes, maxInFlight, requestTimeoutMs } = this.#settings;
    const route = this.#current;
    if (this.#way.phase !== "connected" || route === undefined) return this.#way.refusal();
    if (this.#pending.size >= maxInFlight) return overloaded(origin, maxInFlight);
    const id = this.#nextId++;
    // For longer nobody waits.
    const timeoutMs = Math.min(input.timeoutMs ?? requestTimeoutMs, from.timeoutMs);
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
    if (this.#way.phase === "waiting" && this.#protocol === "other") from.reply("other");
    else this.#way.ready(from);
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
      phase: this.#way.phase,
      protocol: this.#protocol,
      inFlight: this.#pending.size,
      failures: this.#way.failures,
    };
  }

  /** Ends every session; settles when all sockets are closed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { deadline } of this.#pending.values()) this.#kernel.deadlines.cancel(deadline);
    const routes = [...this.#routes];
    for (const route of routes) route.end();
    await Promise.all(routes.map(({ closed }) => closed));
  }

  #open(): Route {
    const { origin, tls } = this.#settings;
    const opened = openSession(origin, tls, (event) => {
      if (event.type === "closed") this.#routes.delete(route);
      this.#self.send(event);
    });
    const route: Route = { ...opened, inFlight: 0 };
    this.#routes.add(route);
    return route;
  }

  #onWay(event: ReconnectingEvent): void {
    const todo = this.#way.handle(event);
    if (todo === "connect") return this.connect();
    if (todo === "giveUp" && this.#current !== undefined) this.#giveUp(this.#current, "SETTINGS");
  }

  #onCurrent(event: TimedEvent, current: Route): void {
    switch (event.type) {
      case "connected":
        this.#protocol = event.protocol;
        this.#way.up(event.protocol);
        return this.#serve(current);
      case "aged":
        return this.#replace();
      case "ping":
        this.#probe(current);
        return this.#pingLater(current);
      case "silent":
        return this.#giveUp(current, "answer to a ping");
      case "leaving":
        return this.#onLost(new Error("the peer said GOAWAY"));
      case "closed":
        if (event.foreign) return this.#onForeign(event.error);
        return this.#onLost(event.error ?? new Error("the peer closed the connection"));
    }
  }

  #onNext(event: TimedEvent, next: Route): void {
    switch (event.type) {
      case "connected":
        this.#retire(this.#current);
        this.#current = next;
        this.#next = undefined;
        return this.#serve(next);
      case "late":
      case "leaving":
      case "closed":
        next.end();
        this.#next = undefined;
        // The one that has aged goes on serving meanwhile.
        if (this.#current !== undefined) this.#ageIn(this.#settings.backoff.maxMs, this.#current);
    }
  }

  /** From now on `route` takes the requests. */
  #serve(route: Route): void {
    const { maxAgeMs } = this.#settings;
    if (maxAgeMs !== Number.POSITIVE_INFINITY) this.#ageIn(this.#jittered(maxAgeMs), route);
    this.#pingLater(route);
  }

  #ageIn(delayMs: number, { session }: Route): void {
    this.#self.sendAfter(delayMs, { type: "aged", session });
  }

  /** Connections that were opened together do not age together. */
  #jittered(maxAgeMs: number): number {
    return maxAgeMs * (1 - AGE_JITTER * this.#kernel.runtime.random.next());
  }

  #pingLater({ session }: Route): void {
    const { pingIntervalMs } = this.#settings;
    if (pingIntervalMs !== Number.POSITIVE_INFINITY)
      this.#self.sendAfter(pingIntervalMs, { type: "ping", session });
  }

  #replace(): void {
    if (this.#next !== undefined) return;
    this.#next = this.#open();
    this.#self.sendAfter(this.#settings.connectTimeoutMs, { type: "late", session: this.#next.session });
  }

  #onForeign(cause: Error | undefined): void {
    this.#protocol = "other";
    this.#way.answerReady((from) => from.reply("other"));
    this.#onLost(new Error("the peer does not speak HTTP/2", { cause }));
  }

  #giveUp(route: Route, missing: string): void {
    const error = new Error(`no ${missing} within ${this.#settings.connectTimeoutMs} ms`);
    this.#onLost(error);
    route.end(error);
  }

  #onLost(error: Error): void {
    this.#next?.end();
    this.#next = undefined;
    this.#retire(this.#current);
    this.#current = undefined;
    this.#way.down(error);
  }

  /** What is on its way goes on; the last answer ends the session, since its peer may never hang up. */
  #retire(route: Route | undefined): void {
    this.#silence?.cancel();
    this.#silence = undefined;
    if (route?.inFlight === 0) route.end();
  }

  #watch(id: number, timeoutMs: number, caller: Pid | undefined): Pick<Pending, "deadline" | "monitor"> {
    const deadline = new Deadline(() => this.#onDeadline(id));
    this.#kernel.deadlines.arm(deadline, timeoutMs);
    const monitor = caller === undefined ? undefined : this.#self.monitor(caller);
    if (monitor !== undefined) this.#callers.set(monitor, id);
    return { deadline, monitor };
  }

  #settle(id: number, from: From<Http2Response>, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || this.#closed) return;
    this.#forget(id, pending);
    if (outcome.ok) {
      this.#way.answered();
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
    this.#kernel.deadlines.cancel(deadline);
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
}

function overloaded(origin: string, maxInFlight: number): ActorError {
  const message = `${origin} has ${maxInFlight} requests on their way, the most it takes (maxInFlight)`;
  return new ActorError("ERR_OVERLOADED", "no", message);
}
