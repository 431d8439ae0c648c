/**
 * The attribution port: in whose asynchronous context does this code run? It names the process a
 * stray fault belongs to, and who is calling. Node's implementation stands behind the import
 * condition `#attribution`; elsewhere nobody is ever known.
 *
 * @module
 */

/** Who answers for faults that surface in its context. */
export interface FaultOwner {
  /** Takes a fault that nobody caught; must not throw. */
  fault(error: unknown): void;
}

/** A context made once and entered often. */
export interface Scope {
  runInAsyncScope<T, A, R>(run: (this: T, argument: A) => R, self: T, argument: A): R;
}

/** Contexts of owners, and the way out of all of them. */
export interface Attribution {
  /** @returns whose context this is, `undefined` in plain code */
  current(): FaultOwner | undefined;
  /** Runs `work` as `owner`, once; for what happens seldom. */
  run<R>(owner: FaultOwner, work: () => R): R;
  /** As {@link Attribution.run}, without the host's own asynchronous context: for what begins here. */
  enter<O extends FaultOwner, A, R>(owner: O, work: (owner: O, argument: A) => R, argument: A): R;
  /** A context for an owner that runs often; `undefined` where none can be made. */
  scope(owner: FaultOwner): Scope | undefined;
  /** Runs `work` in no owner's context, and without the host's own asynchronous context. */
  outside<R>(work: () => R): R;
  /**
   * A promise's jobs run in the context in which it was made, and not in that of whoever settles it: so on Node
   * before contexts were frames (24). Not so, or not known, when absent.
   */
  readonly promisesKeepContext?: boolean;
  /** From now on stray faults come to their owners. Each system calls it; nothing has to be undone. */
  install(): void;
}

/** Nobody is ever blamed: for hosts without contexts, and for `faults: "handlersOnly"`. */
export const noAttribution: Attribution = Object.freeze({
  current: () => undefined,
  run: <R>(_owner: FaultOwner, work: () => R): R => work(),
  enter: <O extends FaultOwner, A, R>(owner: O, work: (owner: O, argument: A) => R, argument: A): R =>
    work(owner, argument),
  scope: () => undefined,
  outside: <R>(work: () => R): R => work(),
  install: () => undefined,
});
