/**
 * Names of partitions: one that a partition's process takes when it starts, so that its supervisor hears of
 * it, and the names that keys lead to, which nobody can take.
 *
 * @module
 */

import { NAME_PORT } from "../core/child-spec.ts";
import { InvalidOptionsError } from "../core/errors.ts";
import type { NamePort, NameTaken } from "../core/name.ts";
import { isTaking, type Name, type Pid } from "../core/pid.ts";

/** One partition: who runs as it now. */
export class Partition implements NamePort {
  readonly label: string;
  readonly #taken: () => void;
  #pid: Pid | undefined = undefined;

  /** @param taken - called in the turn in which a process has become this partition */
  constructor(label: string, taken: () => void) {
    this.label = label;
    this.#taken = taken;
  }

  /** What a child spec lists. */
  get name(): Name<never> {
    return { [NAME_PORT]: this } as unknown as Name<never>;
  }

  whereis(): Pid | undefined {
    return this.#pid !== undefined && isTaking(this.#pid) ? this.#pid : undefined;
  }

  register(pid: Pid): NameTaken {
    this.#pid = pid;
    this.#taken();
    return { ok: true };
  }

  unregister(): boolean {
    return false;
  }

  reserve(): boolean {
    return true;
  }

  release(): void {
    this.#pid = undefined;
  }

  onRegister(): () => void {
    return () => undefined;
  }
}

/** Where keys lead; what stands behind {@link PartitionName}. */
export interface PartitionTable {
  /** @throws ActorError `ERR_NOT_RUNNING` */
  find(spread: number): Pid | undefined;
  onFound(spread: number, found: (pid: Pid) => void): () => void;
}

/** The name of whichever partition a key leads to. */
export class PartitionName implements NamePort {
  readonly label: string;
  readonly #table: PartitionTable;
  readonly #spread: number;

  constructor(label: string, table: PartitionTable, spread: number) {
    this.label = label;
    this.#table = table;
    this.#spread = spread;
  }

  whereis(): Pid | undefined {
    return this.#table.find(this.#spread);
  }

  /** @throws InvalidOptionsError always: who runs as a partition is its supervisor's business */
  register(): NameTaken {
    throw this.#fixed("taken");
  }

  /** @throws InvalidOptionsError always */
  unregister(): boolean {
    throw this.#fixed("given up");
  }

  reserve(): boolean {
    return false;
  }

  release(): void {
    // Nothing was kept.
  }

  onRegister(found: (pid: Pid) => void): () => void {
    return this.#table.onFound(this.#spread, found);
  }

  #fixed(what: string): InvalidOptionsError {
    return new InvalidOptionsError(this.label, [
      `leads to a partition and cannot be ${what}; use the name of a registry for a process of your own`,
    ]);
  }
}
