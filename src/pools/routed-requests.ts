/**
 * The calls of a routing pool whose way is more than a pick: they wait in line, members have only so many of them,
 * they are asked of another member, and how they end is what a member is judged by.
 *
 * Each is asked in its caller's name, also the second time: whatever wakes a call only settles a promise that its
 * caller waits for.
 *
 * @module
 */

import type { Door } from "../actors/behaviour.ts";
import { checkWaitOptions, Deadline } from "../actors/deadlines.ts";
import type { HandleProcess } from "../actors/handle-process.ts";
import type { Kernel } from "../actors/process.ts";
import { ask, CALL_NAMES, DEFAULT_TIMEOUT_MS } from "../actors/sending.ts";
import { ActorError, isActorError } from "../core/errors.ts";
import type { CallOptions } from "../core/pid.ts";
import { hedge } from "./hedging.ts";
import { type LiveMember, type LiveMembers, Out } from "./live-members.ts";
import type { MemberHealth } from "./member-health.ts";
import { watchOverruns } from "./overruns.ts";
import { type LineHost, RequestLine, type Waiting } from "./request-line.ts";
import { mayAskAnother, type Verdict, verdictOn } from "./retry.ts";
import type { RoutingSettings } from "./routing-options.ts";
import type { DropReason, RoutingCounts } from "./routing-stats.ts";

/** One call on its way through the pool. */
interface Request extends Waiting {
  readonly door: Door;
  readonly input: unknown;
  readonly hashKey: unknown;
  readonly idempotent: boolean;
  /** Whom it has been asked of. */
  readonly tried: Set<LiveMember>;
  retries: number;
}

/** The pool around the calls. */
export interface RequestsHome {
  readonly label: string;
  readonly registry: HandleProcess<unknown>;
  readonly members: LiveMembers;
  readonly health: MemberHealth;
  readonly settings: RoutingSettings;
  readonly counts: RoutingCounts;
  /** The registry runs, or has just been started. @throws ActorError `ERR_NOT_RUNNING` when it never will again */
  readonly isUp: () => boolean;
}

/** Serves calls one by one; knows how many are on their way. */
export class RoutedRequests implements LineHost<Request, LiveMember> {
  readonly label: string;
  readonly registry: HandleProcess<unknown>;
  readonly maxWaiting: number;
  readonly #home: RequestsHome;
  readonly #kernel: Kernel;
  readonly #line: RequestLine<Request, LiveMember>;
  #isClosed = false;
  #open = 0;
  /** A drain may be followed by a close before it is over. */
  readonly #whenNone: (() => void)[] = [];

  constructor(home: RequestsHome) {
    this.#home = home;
    this.label = home.label;
    this.registry = home.registry;
    this.maxWaiting = home.settings.maxWaiting;
    this.#kernel = home.registry.kernel;
    this.#line = new RequestLine<Request, LiveMember>(this);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#line.size;
  }

  /** How many are on their way, those that wait too. */
  get open(): number {
    return this.#open;
  }

  get hasMembers(): boolean {
    return this.#home.members.size > 0;
  }

  /** Asks a member; begins in this very turn when there is one. */
  async ask(door: Door, input: unknown, options: CallOptions): Promise<unknown> {
    checkWaitOptions("call", options, CALL_NAMES);
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal, hashKey, idempotent = false } = options;
    if (this.#isClosed) throw this.#drop("closed", this.closedError(), 0);
    const beganAtMs = this.#nowMs();
    const tried = new Set<LiveMember>();
    const request = { door, input, hashKey, idempotent, tried, timeoutMs, signal, beganAtMs, retries: 0 };
    this.#open += 1;
    try {
      return await this.#serve(request);
    } finally {
      this.#open -= 1;
      if (this.#open === 0) for (const over of this.#whenNone.splice(0)) over();
    }
  }

  /** Somebody can be picked who could not be before. */
  wake(): void {
    this.#line.wake();
  }

  /** Somebody cannot be picked any more. */
  review(): void {
    if (this.#line.size > 0) this.#line.review();
  }

  /** Takes no more calls. @param refusesWaiting - those that wait are refused, too */
  close(refusesWaiting: boolean): void {
    this.#isClosed = true;
    if (refusesWaiting) this.#line.refuse(() => this.closedError());
  }

  /** Calls back when no call is on its way. */
  whenNone(over: () => void): void {
    if (this.#open === 0) over();
    else this.#whenNone.push(over);
  }

  closedError(): ActorError {
    return new ActorError("ERR_POOL_CLOSED", "no", `the pool of ${this.label} is closed to new requests`);
  }

  grant(request: Request): LiveMember | undefined {
    const { health, isUp } = this.#home;
    if (!isUp()) return undefined;
    for (;;) {
      const member = health.pick(request.hashKey, request.tried);
      // A process that is registered twice may be full under an entry that is not known to be.
      if (member === undefined || health.take(member)) return member;
    }
  }

  patienceMs({ timeoutMs, tried }: Request): number {
    if (!this.registry.isRunning) return timeoutMs;
    let full = this.#home.members.full;
    for (const { out } of tried) if (out === Out.full) full -= 1;
    return full > 0 ? timeoutMs : Math.min(this.#home.settings.waitMs, timeoutMs);
  }

  tooLate(request: Request, waitedMs: number): ActorError {
    const waited = waitedMs >= 1 ? ` (waited ${Math.round(waitedMs)} ms)` : "";
    const { full } = this.#home.members;
    const isUp = this.registry.isRunning;
    if (isUp && full > 0 && this.patienceMs(request) >= request.timeoutMs) {
      const { maxRunning } = this.#home.settings;
      const text = `all members of ${this.label} have as many requests as they may (${full} have ${maxRunning})`;
      return new ActorError("ERR_OVERLOADED", "no", `${text}${waited}; the request was not handled`);
    }
    const why = isUp
      ? `nobody can be picked from ${this.label}`
      : `the registry of ${this.label} is not running`;
    return new ActorError("ERR_NO_MEMBER", "no", `${why}${waited}; the request was not handled`);
  }

  async #serve(request: Request): Promise<unknown> {
    let failed: { readonly error: unknown; readonly member: LiveMember } | undefined;
    for (let hasWaited = false; ; ) {
      let member = this.grant(request);
      if (member === undefined) {
        try {
          member = await this.#wait(request, hasWaited);
        } catch (error) {
          throw failed === undefined ? error : failed.error;
        }
        hasWaited = true;
        // Between the grant and this turn it may have gone, or been taken out of use.
        if (!member.present || (member.out & ~Out.full) !== 0) {
          this.#home.health.release(member);
          continue;
        }
      }
      if (failed !== undefined) this.#tellRetried(failed.member, member, failed.error);
      try {
        return await this.#attempt(request, member);
      } catch (error) {
        if (!this.#mayRetry(request, member, error)) throw error;
        request.retries += 1;
        failed = { error, member };
      }
    }
  }

  async #wait(request: Request, isBack: boolean): Promise<LiveMember> {
    const { counts } = this.#home;
    const sinceMs = this.#nowMs() - request.beganAtMs;
    if (!isBack && this.patienceMs(request) <= sinceMs) {
      const error = this.tooLate(request, sinceMs);
      // What a member had was not dropped: its caller gets that member's error.
      throw request.tried.size > 0 ? error : this.#drop("noMember", error, sinceMs);
    }
    let granted: Promise<LiveMember>;
    try {
      granted = this.#line.wait(request, isBack);
    } catch (error) {
      throw this.#drop(whyDropped(error) ?? "aborted", error, sinceMs);
    }
    const { telemetry } = this.#kernel;
    const beganAtMs = this.#nowMs();
    counts.queued += 1;
    telemetry.emit("pool:queued", { pool: this.label, waiting: this.#line.size });
    try {
      const member = await granted;
      const waitedMs = this.#nowMs() - beganAtMs;
      counts.waited(waitedMs);
      telemetry.emit("pool:granted", { pool: this.label, waitedMs });
      return member;
    } catch (error) {
      const waitedMs = this.#nowMs() - beganAtMs;
      counts.waited(waitedMs);
      const why = whyDropped(error);
      if (why !== undefined) throw this.#drop(why, error, waitedMs);
      counts.timedOut += 1;
      telemetry.emit("pool:timedOut", { pool: this.label, waitedMs });
      throw error;
    }
  }

  #attempt(request: Request, member: LiveMember): Promise<unknown> {
    const { hedgeMs } = this.#home.settings;
    if (hedgeMs === undefined || !request.idempotent) return this.#send(request, member, request.signal);
    const { aborts, deadlines } = this.#kernel;
    let limit!: Deadline;
    const due = new Promise<void>((resolve) => {
      limit = new Deadline(resolve);
    });
    deadlines.arm(limit, hedgeMs);
    return hedge({
      first: (signal) => this.#send(request, member, signal),
      second: () => {
        const other = this.grant(request);
        if (other === undefined) return undefined;
        this.#home.counts.hedged += 1;
        const pids = { first: member.pid, second: other.pid };
        this.#kernel.telemetry.emit("pool:hedged", { pool: this.label, ...pids });
        return (signal) => this.#send(request, other, signal);
      },
      due,
      signal: request.signal,
      aborts,
    }).finally(() => deadlines.cancel(limit));
  }

  #send(request: Request, member: LiveMember, signal: AbortSignal | undefined): Promise<unknown> {
    const { settings, counts } = this.#home;
    const { door, input, beganAtMs } = request;
    const sentAtMs = this.#nowMs();
    const timeoutMs = Math.ceil(Math.max(0, request.timeoutMs - (sentAtMs - beganAtMs)));
    const { overrun } = settings;
    const unwatch =
      overrun === undefined ? undefined : watchOverruns(this.label, member.process, door.name, overrun);
    request.tried.add(member);
    counts.granted += 1;
    const ended = (verdict: Verdict): void => {
      unwatch?.();
      this.#home.health.ended(member, verdict, this.#nowMs() - sentAtMs);
      this.#home.health.release(member);
      if ((member.out & Out.ejected) !== 0) this.review();
    };
    return ask(
      member.process,
      door,
      input,
      signal === undefined ? { timeoutMs } : { timeoutMs, signal },
    ).then(
      (value) => {
        ended("answered");
        return value;
      },
      (error) => {
        ended(this.#verdict(error));
        throw error;
      },
    );
  }

  #mayRetry(request: Request, member: LiveMember, error: unknown): boolean {
    const { idempotent, timeoutMs, beganAtMs, signal } = request;
    const maxRetries = this.#home.settings.maxRetries ?? (idempotent ? 1 : 0);
    if (request.retries >= maxRetries || signal?.aborted === true) return false;
    if (this.#nowMs() - beganAtMs >= timeoutMs) return false;
    const isLost = member.process.status === "stopping" || member.process.status === "dead";
    return mayAskAnother({ error, verdict: this.#verdict(error), idempotent, isLost });
  }

  /** A judge who throws says nothing for the member. */
  #verdict(error: unknown): Verdict {
    try {
      return verdictOn(error, this.#home.settings.isFailure);
    } catch {
      return "failed";
    }
  }

  #tellRetried(from: LiveMember, to: LiveMember, error: unknown): void {
    this.#home.counts.retried += 1;
    this.#kernel.telemetry.emit("pool:retried", { pool: this.label, from: from.pid, to: to.pid, error });
  }

  #drop(why: DropReason, error: unknown, waitedMs: number): unknown {
    this.#home.counts.dropped[why] += 1;
    this.#kernel.telemetry.emit("pool:dropped", { pool: this.label, why, waitedMs });
    return error;
  }

  #nowMs(): number {
    return this.#kernel.runtime.clock.now();
  }
}

/** `undefined` when it was its time that was over. */
function whyDropped(error: unknown): DropReason | undefined {
  if (!isActorError(error)) return undefined;
  switch (error.code) {
    case "ERR_POOL_FULL":
      return "full";
    case "ERR_ABORTED":
    case "ERR_DETACHED":
      return "aborted";
    case "ERR_POOL_CLOSED":
    case "ERR_NOT_RUNNING":
      return "closed";
    default:
      return undefined;
  }
}
