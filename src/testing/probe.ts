/**
 * A process that a test stands in: it writes down what it is sent, in order, and can be linked to others
 * and monitor them.
 *
 * ```ts
 * import { testSystem } from "troupe/testing";
 *
 * await using system = testSystem();
 * const post = probe<string>(system);
 * post.pid.send("a letter");
 * await post.next(); //=> "a letter"
 *
 * const other = system.spawn(async (self) => void (await self.receive()));
 * post.self.monitor(other);
 * other.exit("shutdown");
 * const down = await post.next(isDown);
 * down.reason; //=> { kind: "shutdown" }
 * await post.expectNothing();
 * ```
 *
 * @module
 */

import { behaviourOf } from "../actors/behaviour.ts";
import { Deadline } from "../actors/deadlines.ts";
import { defineInfrastructure } from "../actors/define-actor.ts";
import type { Actor, Self } from "../actors/definition.ts";
import { NOBODY, startProcess } from "../actors/launch.ts";
import type { Down, Exit } from "../actors/links.ts";
import { kernelOf } from "../actors/system.ts";
import { ActorError } from "../core/errors.ts";
import { describe } from "../core/exit-reason.ts";
import type { Pid, Speaks } from "../core/pid.ts";
import type { TestSystem } from "./test-system.ts";

/** How long {@link Probe.next} waits. */
export interface NextOptions {
  /**
   * Milliseconds of the system's clock, for a message that needs time or something real (`Infinity`). When
   * absent the message has to be there once the system has settled.
   */
  readonly timeoutMs?: number;
}

/** What a probe is sent, told apart with {@link isDown} and {@link isExit}. */
export type Probed<M> = M | Down | Exit;

/** A process in a test's hand. It traps exits, so that links come as messages. */
export interface Probe<M = unknown> {
  readonly pid: Pid<Speaks<{}, {}, M>>;
  /** For links, monitors, timers and children of the probe. */
  readonly self: Self;
  /** All it was sent, in order, the ones taken with `next` included. */
  readonly messages: readonly Probed<M>[];
  /**
   * Takes the oldest message that fits and was not taken yet.
   *
   * @param fits - a guard or a predicate; anything fits when absent
   * @throws ActorError `ERR_RECEIVE_TIMEOUT`, which lists what came instead
   */
  next<T extends Probed<M>>(fits: (message: Probed<M>) => message is T, options?: NextOptions): Promise<T>;
  next(fits?: (message: Probed<M>) => boolean, options?: NextOptions): Promise<Probed<M>>;
  /**
   * Makes sure that everything it was sent has been taken, once the system has settled.
   *
   * @throws Error that lists what was not
   */
  expectNothing(): Promise<void>;
}

/**
 * Starts a probe in `system`, at once.
 *
 * @returns the probe; give `probe.pid` to whoever is to send to it
 */
export function probe<M = unknown>(system: TestSystem): Probe<M> {
  return new Recorder(system) as unknown as Probe<M>;
}

/** Tells the `down` of a monitored process from other messages. */
export function isDown(message: unknown): message is Down {
  return typeof message === "object" && message !== null && (message as { type?: unknown }).type === "down";
}

/** Tells the exit of a linked process from other messages. */
export function isExit(message: unknown): message is Exit {
  return typeof message === "object" && message !== null && (message as { type?: unknown }).type === "exit";
}

type Fits = (message: unknown) => boolean;

const ProbeActor = defineInfrastructure<() => Actor<Recorder>>({
  name: "probe",
  init: (recorder: Recorder, self: Self) => {
    self.trapExit(true);
    recorder.self = self;
    return recorder;
  },
  info: (recorder: Recorder, message: unknown) => {
    recorder.record(message);
    return recorder;
  },
});

class Recorder {
  readonly pid: Pid;
  self!: Self;
  readonly messages: unknown[] = [];
  readonly #system: TestSystem;
  readonly #fresh: unknown[] = [];
  readonly #waiting = new Set<WaitForNext>();

  constructor(system: TestSystem) {
    this.#system = system;
    const birth = { linked: false };
    this.pid = startProcess(kernelOf(system), behaviourOf(ProbeActor), this, birth, NOBODY).pid;
  }

  record(message: unknown): void {
    this.messages.push(message);
    for (const waiting of this.#waiting) {
      if (!waiting.fits(message)) continue;
      this.#end(waiting);
      return waiting.resolve(message);
    }
    this.#fresh.push(message);
  }

  next(fits: Fits = () => true, { timeoutMs }: NextOptions = {}): Promise<unknown> {
    const place = this.#fresh.findIndex(fits);
    if (place >= 0) return Promise.resolve(this.#fresh.splice(place, 1)[0]);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#end(waiting);
        reject(this.#nothingFits());
      };
      const waiting: WaitForNext = { fits, resolve, limit: new Deadline(giveUp) };
      this.#waiting.add(waiting);
      if (timeoutMs !== undefined) kernelOf(this.#system).deadlines.arm(waiting.limit, timeoutMs);
      else this.#system.settle().then(() => this.#waiting.has(waiting) && giveUp(), reject);
    });
  }

  async expectNothing(): Promise<void> {
    await this.#system.settle();
    if (this.#fresh.length > 0)
      throw new Error(`${String(this.pid)} was sent what nobody expected: ${this.#left()}`);
  }

  #end(waiting: WaitForNext): void {
    this.#waiting.delete(waiting);
    kernelOf(this.#system).deadlines.cancel(waiting.limit);
  }

  #nothingFits(): ActorError {
    const left = this.#fresh.length === 0 ? "nothing else came" : `not taken yet: ${this.#left()}`;
    const text = `${String(this.pid)} was sent nothing that fits by ${this.#system.nowMs} ms of the clock; ${left}`;
    return new ActorError("ERR_RECEIVE_TIMEOUT", "no", text);
  }

  #left(): string {
    return this.#fresh.map(describe).join(", ");
  }
}

interface WaitForNext {
  readonly fits: Fits;
  readonly resolve: (message: unknown) => void;
  readonly limit: Deadline;
}
