/**
 * The way of a connection that comes back by itself, whatever it speaks: attempts with a limit in time, growing
 * waits between them, who waits for the outcome, and membership in a pool for as long as it can serve.
 *
 * ```text
 *   connecting ── up ──▶ connected ── down ──▶ waiting ── retry ──▶ connecting
 *       └───────────── down, overdue ─────────────▲
 * ```
 *
 * @module
 */

import type { Self, TimerRef } from "../actors/definition.ts";
import type { Kernel } from "../actors/process.ts";
import type { From } from "../actors/sending.ts";
import { type Backoff, backoffMs } from "./backoff.ts";
import { DisconnectedError } from "./errors.ts";
import { join, leave, type Membership } from "./membership.ts";

/** What a connection that comes back has to know. */
export interface ReconnectingSettings {
  /** Where it leads, for messages: `http://localhost:8080`. */
  readonly peer: string;
  readonly join: Membership | undefined;
  readonly connectTimeoutMs: number;
  readonly backoff: Backoff;
}

/** Its timers, as they come into the mailbox. */
export type ReconnectingEvent =
  | { readonly type: "retry" }
  | { readonly type: "join" }
  | { readonly type: "overdue"; readonly attempt: number }
  | { readonly type: "proven"; readonly attempt: number };

/** Where a connection stands. */
export type ConnectionPhase = "connecting" | "connected" | "waiting";

/** The way of one connection through all its attempts; what is on it is its owner's business. */
export class Reconnecting<Hello> {
  readonly #settings: ReconnectingSettings;
  readonly #self: Self;
  readonly #kernel: Kernel;
  #awaitingReady: From<Hello>[] = [];
  #hello: Hello | undefined;
  #phase: ConnectionPhase = "waiting";
  #failures = 0;
  #waitedMs = 0;
  #attempt = 0;
  #lastError: Error | undefined;
  #overdue: TimerRef | undefined;
  #joined = false;

  constructor(settings: ReconnectingSettings, self: Self, kernel: Kernel) {
    this.#settings = settings;
    this.#self = self;
    this.#kernel = kernel;
  }

  get phase(): ConnectionPhase {
    return this.#phase;
  }

  /** Attempts and connections in a row that did not hold. */
  get failures(): number {
    return this.#failures;
  }

  /** An attempt begins. */
  begin(): void {
    const { connectTimeoutMs } = this.#settings;
    this.#attempt += 1;
    this.#phase = "connecting";
    this.#overdue = this.#self.sendAfter(connectTimeoutMs, { type: "overdue", attempt: this.#attempt });
  }

  /** The attempt has succeeded: `hello` is what `ready` answers. */
  up(hello: Hello): void {
    const { peer, backoff } = this.#settings;
    this.#overdue?.cancel();
    this.#phase = "connected";
    this.#hello = hello;
    this.#lastError = undefined;
    // A connection that lives as long as it was waited for has proven itself; so has one that answered.
    const provenMs = Math.max(this.#waitedMs, backoff.minMs);
    this.#self.sendAfter(provenMs, { type: "proven", attempt: this.#attempt });
    this.#join();
    this.answerReady((from) => from.reply(hello));
    this.#kernel.telemetry.emit("connection:up", { pid: this.#self.pid, peer });
  }

  /** Something has come over the connection: it holds. */
  answered(): void {
    this.#failures = 0;
  }

  /** The attempt has failed, or the connection is lost: it is out of its pool when this returns. */
  down(error: Error): void {
    const { peer, join: membership, backoff } = this.#settings;
    this.#overdue?.cancel();
    leave(membership, this.#self.pid);
    this.#joined = false;
    this.#phase = "waiting";
    this.#lastError = error;
    this.#failures += 1;
    this.#waitedMs = backoffMs(backoff, this.#failures, this.#kernel.runtime.random.next());
    this.#self.sendAfter(this.#waitedMs, { type: "retry" });
    this.answerReady((from) => from.fail(this.refusal()));
    const { pid } = this.#self;
    const told = { pid, peer, error, failures: this.#failures, retryInMs: this.#waitedMs };
    this.#kernel.telemetry.emit("connection:down", told);
  }

  /** @returns what its owner has to do now: begin an attempt, or give up the one that takes too long */
  handle(event: ReconnectingEvent): "connect" | "giveUp" | undefined {
    switch (event.type) {
      case "retry":
        return "connect";
      case "join":
        this.#join();
        return undefined;
      case "overdue":
        return event.attempt === this.#attempt && this.#phase === "connecting" ? "giveUp" : undefined;
      case "proven":
        if (event.attempt === this.#attempt && this.#phase === "connected") this.#failures = 0;
        return undefined;
    }
  }

  /** Answers `from` when the attempt under way, or the next one, has its outcome; at once when connected. */
  ready(from: From<Hello>): void {
    if (this.#phase === "connected") from.reply(this.#hello as Hello);
    else this.#awaitingReady.push(from);
  }

  /** Gives everybody who waits in {@link Reconnecting.ready} an answer. */
  answerReady(answer: (from: From<Hello>) => void): void {
    const waiting = this.#awaitingReady;
    this.#awaitingReady = [];
    for (const from of waiting) answer(from);
  }

  /** Why no request can be taken now. */
  refusal(): DisconnectedError {
    const why = this.#lastError?.message ?? "still connecting";
    return new DisconnectedError(this.#settings.peer, "no", why, this.#lastError);
  }

  /** Once a connection: two entries of one pid would be two members to a pool. */
  #join(): void {
    const { join: membership, backoff } = this.#settings;
    if (this.#phase !== "connected" || this.#joined) return;
    this.#joined = join(membership, this.#self.pid);
    if (!this.#joined) this.#self.sendAfter(backoff.minMs, { type: "join" });
  }
}
