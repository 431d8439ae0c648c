/**
 * What a process has in hand: `self` in every handler.
 *
 * @module
 */

import { describe, NOPROC, type ReasonInput, toExitReason } from "../core/exit-reason.ts";
import type { Address, Pid } from "../core/pid.ts";
import { type Alias, type AliasOptions, ProcessAlias } from "./alias.ts";
import { ANSWER } from "./behaviour.ts";
import { ancestorsOf, callersOf } from "./callers.ts";
import { abort, ExitNow } from "./death.ts";
import type { Answered, BareSelf, CallSelf, System, TimerRef } from "./definition.ts";
import { demonitor, link, type MonitorRef, monitor, resolve, sendExit, unlink } from "./links.ts";
import { type Monitor, type OpenCall, type Process, processOf } from "./process.ts";
import { matcher, receive } from "./receiving.ts";
import { shownError } from "./redaction.ts";
import { type From, send } from "./sending.ts";
import type { StartOptions } from "./start-options.ts";
import { sendAfter, sendEvery } from "./timers.ts";

/** What `self` asks of the system above it. */
export interface SelfSystem {
  readonly system: System;
  startUnder(parent: Process, what: unknown, arg: unknown, options?: StartOptions): Promise<Pid>;
  spawnUnder(parent: Process, run: (self: BareSelf) => unknown): Pid;
}

/** One per process, and one per call whose handler names it: that one's `from` stays that call's. */
export class SelfHandle implements Omit<CallSelf, "start" | "spawn"> {
  readonly #process: Process;
  readonly #above: SelfSystem;
  readonly #call: OpenCall | undefined;

  constructor(process: Process, above: SelfSystem, call: OpenCall | undefined) {
    this.#process = process;
    this.#above = above;
    this.#call = call;
  }

  get pid(): Pid {
    return this.#process.pid;
  }

  get system(): System {
    return this.#above.system;
  }

  get parent(): Pid | undefined {
    return this.#process.parent?.pid;
  }

  get ancestors(): readonly Pid[] {
    return ancestorsOf(this.#process);
  }

  get callers(): readonly Pid[] {
    return callersOf(this.#process, this.#call);
  }

  get signal(): AbortSignal {
    const ties = this.#process.tie();
    ties.abort ??= new AbortController();
    const { reason, status } = this.#process;
    if (reason !== undefined && (status === "dead" || this.#process.finishing)) abort(this.#process, reason);
    return ties.abort.signal;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the answer's type is the handler's to name
  get from(): From<any> {
    const call = this.#call ?? this.#process.current;
    if (call === undefined) throw new TypeError("self.from is there in call handlers only");
    return call as unknown as From<unknown>;
  }

  start(what: unknown, arg?: unknown, options?: StartOptions): Promise<Pid> {
    return this.#above.startUnder(this.#process, what, arg, options);
  }

  spawn(run: (self: BareSelf) => unknown): Pid {
    return this.#above.spawnUnder(this.#process, run);
  }

  setLabel(label: string): void {
    if (this.#process.status !== "dead")
      // It stands in lines of a log, and may come from whoever is served.
      this.#process.tie().label =
        typeof label === "string" ? label.replaceAll(/\s*[\r\n]\s*/g, " ") : describe(label);
  }

  alias(options: AliasOptions = {}): Alias {
    return new ProcessAlias(this.#process, options);
  }

  unalias(alias: Alias): boolean {
    return alias instanceof ProcessAlias && alias.revoke(this.#process);
  }

  link(target: Pid): void {
    const process = this.#process;
    const other = processOf(target);
    if (process.status === "dead") return;
    if (other.status !== "dead") return link(process, other);
    if (!process.trapping) throw new ExitNow(NOPROC);
    sendExit(process, other, NOPROC, false);
  }

  unlink(target: Pid): void {
    unlink(this.#process, processOf(target));
  }

  trapExit(on: boolean): boolean {
    const was = this.#process.trapping;
    this.#process.trapping = on;
    return was;
  }

  exit(reason: ReasonInput): never {
    throw new ExitNow(toExitReason(reason));
  }

  monitor(target: Address): MonitorRef {
    return monitor(this.#process, resolve(target), target) as unknown as MonitorRef;
  }

  demonitor(ref: MonitorRef, options: { readonly flush?: boolean } = {}): boolean {
    return demonitor(ref as unknown as Monitor, options.flush === true);
  }

  send(message: unknown): void {
    send(this.#process, message);
  }

  sendAfter(delayMs: number, message: unknown): TimerRef {
    return sendAfter(this.#process, delayMs, message);
  }

  every(intervalMs: number, message: unknown): TimerRef {
    return sendEvery(this.#process, intervalMs, message);
  }

  own<T>(resource: T, close: (resource: T) => unknown): T {
    const process = this.#process;
    if (process.status !== "dead") {
      const ties = process.tie();
      ties.owned ??= [];
      ties.owned.push({ resource, close: close as (resource: never) => unknown });
      return resource;
    }
    // Opened by a handler that outlived its process: nobody else will close it.
    const { telemetry } = process.kernel;
    const failed = (error: unknown): void =>
      telemetry.emit("cleanup:failed", {
        label: process.label,
        what: "closing what came after its end",
        error: shownError(process, error),
      });
    try {
      Promise.resolve(close(resource)).catch(failed);
    } catch (error) {
      failed(error);
    }
    return resource;
  }

  request<T>(ask: () => Promise<T>, tag: unknown): void {
    const process = this.#process;
    const carried = process.kernel.tracing?.same(process);
    const answered = (answer: Answered): void => {
      if (process.status === "running" || process.status === "starting")
        process.enqueue(ANSWER, answer, carried);
      else send(process, answer);
    };
    this.#edgeless(ask).then(
      (value) => answered({ type: "answer", tag, ok: true, value }),
      (error: unknown) => answered({ type: "answer", tag, ok: false, error }),
    );
  }

  receive(fits?: unknown, options?: { readonly timeoutMs?: number }): Promise<unknown> {
    const hasMatch =
      typeof fits === "function" || (typeof fits === "object" && fits !== null && "~standard" in fits);
    const given = (hasMatch || fits === undefined ? options : fits) as typeof options;
    return receive(this.#process, matcher(hasMatch ? fits : undefined), given);
  }

  async #edgeless<T>(ask: () => Promise<T>): Promise<T> {
    const { kernel } = this.#process;
    const was = kernel.edgeless;
    kernel.edgeless = true;
    try {
      return ask();
    } finally {
      kernel.edgeless = was;
    }
  }
}
