/**
 * The address of one incarnation; names stand in `name-address.ts`.
 *
 * @module
 */

import type { ExitReason, ReasonInput } from "../core/exit-reason.ts";
import { type CallOptions, PORT, type StopOptions } from "../core/pid.ts";
import type { Door, FaceTarget } from "./behaviour.ts";
import { downOf, exitProcess, stopProcess } from "./ending.ts";
import type { Process } from "./process.ts";
import { ask, send, tell } from "./sending.ts";

/** How `console.log` shows an address. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** One incarnation; keeps nothing of a dead process's state alive. */
export class PidAddress implements FaceTarget {
  readonly [PORT]: Process;
  #calls: object | undefined;
  #casts: object | undefined;

  constructor(process: Process) {
    this[PORT] = process;
  }

  get kind(): "pid" {
    return "pid";
  }

  get serial(): number {
    return this[PORT].serial;
  }

  get call(): object {
    this.#calls ??= new this[PORT].behaviour.Calls(this);
    return this.#calls;
  }

  get cast(): object {
    this.#casts ??= new this[PORT].behaviour.Casts(this);
    return this.#casts;
  }

  ask(door: Door, input: unknown, options: unknown): Promise<unknown> {
    return ask(this[PORT], door, input, options as CallOptions | undefined);
  }

  tell(door: Door, input: unknown): void {
    tell(this[PORT], door, input);
  }

  send(message: unknown): void {
    send(this[PORT], message);
  }

  stop(options: StopOptions = {}): Promise<void> {
    return stopProcess(this[PORT], options);
  }

  exit(reason: ReasonInput | "kill"): void {
    exitProcess(this[PORT], reason);
  }

  down(): Promise<ExitReason> {
    return downOf(this[PORT]);
  }

  toString(): string {
    return this[PORT].label;
  }

  [INSPECT](): string {
    return `#${this[PORT].label}`;
  }
}
