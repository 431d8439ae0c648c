/**
 * Aliases: addresses of a process that it can take back. What comes by an alias is looked at when its turn
 * has come: if the alias is no longer active then, the message is dropped, however early it was sent. So
 * whoever asked somebody by raw messages and has given up never sees the late answer.
 *
 * ```ts
 * import { createSystem } from "troupe";
 *
 * const system = createSystem();
 * const heard: unknown[] = [];
 * const asker = system.spawn(async (self) => {
 *   const answers = self.alias({ once: true });
 *   answers.send("the first");
 *   answers.send("the second");
 *   heard.push(await self.receive());
 *   heard.push(self.unalias(answers));
 * });
 * await asker.down();
 * heard; //=> ["the first", false]
 * ```
 *
 * Not for: asking an actor. A call has its own, and its late answers never reach a mailbox.
 *
 * @module
 */

import { checkGiven } from "../core/options.ts";
import { ALIAS } from "./behaviour.ts";
import type { AliasMark, Process } from "./process.ts";
import { deadLetter, send } from "./sending.ts";

/** An address of a process that only the process itself can take back; it ends with its incarnation. */
export interface Alias<in M = unknown> {
  readonly kind: "alias";
  /** A raw message; a dead letter once the alias is no longer active. */
  send(message: M): void;
}

/** How an alias is made. */
export interface AliasOptions {
  /** Takes one message, and is then no longer active; `false` when absent. */
  readonly once?: boolean;
}

/** The one implementation of {@link Alias}. */
export class ProcessAlias implements Alias {
  readonly kind = "alias";
  readonly #process: Process;
  readonly #once: boolean;
  #active = true;

  constructor(process: Process, options: AliasOptions) {
    checkGiven("alias", options);
    const { once = false } = options;
    this.#process = process;
    this.#once = once;
  }

  send(message: unknown): void {
    if (this.#active) return send(this.#process, message, ALIAS, new Aliased(this, message));
    this.missed(message);
  }

  /** @returns was it active, and an alias of `process`? */
  revoke(process: Process): boolean {
    return process === this.#process && process.status !== "dead" && this.use(true);
  }

  /** @returns is it active? An alias for one message is so once */
  use(revoked = this.#once): boolean {
    const was = this.#active;
    if (revoked) this.#active = false;
    return was;
  }

  missed(message: unknown): void {
    deadLetter(this.#process.kernel, { to: this.toString(), kind: "message", message, why: "late" });
  }

  toString(): string {
    return `an alias of ${this.#process.label}`;
  }
}

/** Stands beside a message that came by an alias. */
class Aliased implements AliasMark {
  readonly #alias: ProcessAlias;
  readonly #message: unknown;
  #verdict: boolean | undefined;
  carried: unknown = undefined;

  constructor(alias: ProcessAlias, message: unknown) {
    this.#alias = alias;
    this.#message = message;
  }

  /** Decided when the process first looks: one that a selective receive has passed over stays a message. */
  get counts(): boolean {
    if (this.#verdict === undefined) {
      this.#verdict = this.#alias.use();
      if (!this.#verdict) this.#alias.missed(this.#message);
    }
    return this.#verdict;
  }
}
