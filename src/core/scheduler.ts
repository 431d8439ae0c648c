/**
 * The order port: who runs next. Production runs in the order of becoming ready;
 * a test's scheduler chooses from a seed.
 *
 * @module
 */

/** Something that can be given a turn: a process, or work that follows a death. */
export interface Runnable {
  /**
   * Runs one slice.
   *
   * @param limit - how many messages to handle at the most, ≥ 1
   * @returns how many were handled, at least 1
   */
  run(limit: number): number;
}

/** Gives turns, one at a time, never inside the call that asked for one, and in nobody's context. */
export interface Scheduler {
  /** `task` gets a turn after all that are ready already. */
  ready(task: Runnable): void;
  /** `task` gets its turn before the rest: supervisors, so that a restart precedes whoever awaits it. */
  readyFirst(task: Runnable): void;
  /** Keeps the host alive until a matching {@link Scheduler.release}; plain code waits for something. */
  hold(): void;
  release(): void;
  /** Runs `job` once, when what the host does now is over; it must be short and run no user code. */
  atTurnEnd(job: () => void): void;
}
