/**
 * Procedures: what a supervisor does step by step, written as generators. A step that is over at once
 * lets the procedure go on in the same turn; where one takes time, the procedure goes on in a later turn.
 * Promises would not do: they never go on in the same turn, and a child must be back before its caller is.
 *
 * ```ts
 * const now: Step<number> = (done) => done(1);
 * function* twice(): Procedure<number> {
 *   return (yield* wait(now)) + (yield* wait(now));
 * }
 * let result = 0;
 * new Running(twice(), (go) => go(), (sum) => (result = sum));
 * result; //=> 2
 * ```
 *
 * @module
 */

/** Something that takes time or none: calls back once. */
export type Step<T> = (done: (value: T) => void) => void;

/** Steps one after the other, and what they come to. */
export type Procedure<T> = Generator<Step<unknown>, T, unknown>;

/** Does one step inside a procedure. */
export function* wait<T>(step: Step<T>): Procedure<T> {
  return (yield step as Step<unknown>) as T;
}

/** Does all steps at once and waits for the last of them. */
export function all(steps: readonly Step<void>[]): Step<void> {
  return (done) => {
    let open = steps.length;
    if (open === 0) return done();
    for (const step of steps) {
      step(() => {
        open -= 1;
        if (open === 0) done();
      });
    }
  };
}

/** A procedure on its way; begins at once. */
export class Running<T> {
  readonly #procedure: Procedure<T>;
  readonly #inTurn: (go: () => void) => void;
  readonly #done: (value: T) => void;
  #abandoned = false;

  /**
   * @param inTurn - gives the procedure a turn when a step ended outside of one
   * @param done - called with what the procedure returned, unless it was abandoned
   */
  constructor(procedure: Procedure<T>, inTurn: (go: () => void) => void, done: (value: T) => void) {
    this.#procedure = procedure;
    this.#inTurn = inTurn;
    this.#done = done;
    this.#go(undefined);
  }

  /** It goes no further; what its last step comes to is not looked at. */
  abandon(): void {
    this.#abandoned = true;
  }

  #go(input: unknown): void {
    let given = input;
    while (!this.#abandoned) {
      const { done, value } = this.#procedure.next(given);
      if (done === true) return this.#done(value);
      const outcome = this.#take(value);
      if (outcome === undefined) return;
      given = outcome.value;
    }
  }

  /** @returns what the step came to, `undefined` when it takes time */
  #take(step: Step<unknown>): { readonly value: unknown } | undefined {
    let outcome: { readonly value: unknown } | undefined;
    let later = false;
    step((value) => {
      if (later) this.#inTurn(() => this.#go(value));
      else outcome = { value };
    });
    later = true;
    return outcome;
  }
}
