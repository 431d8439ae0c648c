/**
 * The order port: who runs next. Production runs in the order of becoming ready;
 * a test's scheduler chooses from a seed.
 *
 * @module
 */

/** Something that can be given a turn: a process, or work that follows a death. */
export interface Runnable {
  /** It enters a context of its own for all that it runs: its turn may be given in anybody's. Not so when absent. */
  readonly scoped?: boolean;
  /**
   * Runs one slice.
   *
   * @param limit - how many messages to handle at the most, ≥ 1
   * @returns how many were handled, at least 1
   */
  run(limit: number): number;
}

/** What somebody waits for, on its way. */
export interface Awaited {
  /** @returns what it has come to, or a thenable while it has come to nothing; throws what it was refused with */
  take(): unknown;
  /** Settles with these, now or later; asked once at the most. */
  listen(resolve: (value: unknown) => void, reject: (reason: unknown) => void): void;
}

/** Gives turns, one at a time, never inside the call that asked for one, and in nobody's context but the task's own. */
export interface Scheduler {
  /** `task` gets a turn after all that are ready already. */
  ready(task: Runnable): void;
  /** `task` gets its turn before the rest: supervisors, so that a restart precedes whoever awaits it. */
  readyFirst(task: Runnable): void;
  /**
   * A promise of what `awaited` comes to. Made before the turn that it waits for is asked for, it settles when
   * everybody who is ready by then has had a turn, or later.
   */
  promise(awaited: Awaited): Promise<unknown>;
  /** Keeps the host alive until a matching {@link Scheduler.release}; plain code waits for something. */
  hold(): void;
  release(): void;
  /** Runs `job` once, when what the host does now is over; it must be short and run no user code. */
  atTurnEnd(job: () => void): void;
}
