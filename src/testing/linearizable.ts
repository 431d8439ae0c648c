/**
 * Did concurrent operations behave as if each had happened at one instant between its call and its return?
 *
 * ```ts
 * const counter = {
 *   init: 0,
 *   apply: (count: number, by: number) => ({ output: count + by, state: count + by }),
 * };
 * const history = [
 *   { input: 1, output: 3, calledAt: 0, returnedAt: 3 },
 *   { input: 2, output: 2, calledAt: 1, returnedAt: 2 },
 * ];
 * linearizable(counter, history); //=> true
 * linearizable(counter, [{ input: 1, output: 2, calledAt: 0, returnedAt: 1 }]); //=> false
 * ```
 *
 * @module
 */

/** One operation as its client saw it. Places are any numbers that grow. */
export interface Operation<I = unknown, O = unknown> {
  readonly input: I;
  /** What came back; left out while, or because, nobody knows whether it happened. */
  readonly output?: O;
  readonly calledAt: number;
  /** Absent when it never returned: it may have happened at any time since, or not at all. */
  readonly returnedAt?: number;
}

/** What the operations mean, one after the other. */
export interface Model<S, I, O> {
  readonly init: S;
  /** Pure. @returns what the operation gives back in `state`, and the state after it */
  readonly apply: (state: S, input: I) => { readonly output: O; readonly state: S };
  /** Whether two outputs are the same; `Object.is` when absent. */
  readonly same?: (seen: O, expected: O) => boolean;
}

/** Operations that one search takes; the places tried are a bit each. */
const MAX_OPERATIONS = 30;

/**
 * Searches an order (after Wing and Gong) in which the model gives what the clients saw and no operation happens
 * before another that had returned before it was called. Made for short histories: three clients, eight
 * operations each.
 *
 * @param history - up to 30 operations, in any order
 * @throws RangeError when there are more
 */
export function linearizable<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[]): boolean {
  if (history.length > MAX_OPERATIONS) {
    throw new RangeError(`${history.length} operations: at most ${MAX_OPERATIONS} are searched`);
  }
  const { apply, same = Object.is } = model;
  const returned = history.reduce(
    (set, { returnedAt }, i) => (returnedAt === undefined ? set : set | (1 << i)),
    0,
  );
  /** States already tried with a set of operations done: they lead nowhere. */
  const tried = new Map<number, S[]>();

  const search = (done: number, state: S): boolean => {
    if ((done & returned) === returned) return true;
    const before = tried.get(done) ?? [];
    if (before.some((other) => Object.is(other, state))) return false;
    tried.set(done, [...before, state]);
    const firstReturn = Math.min(...history.map((one, i) => (done & (1 << i) ? Infinity : returnOf(one))));
    return history.some((operation, i) => {
      if (done & (1 << i) || operation.calledAt > firstReturn) return false;
      const next = apply(state, operation.input);
      const fits = operation.returnedAt === undefined || same(operation.output as O, next.output);
      return fits && search(done | (1 << i), next.state);
    });
  };
  return search(0, model.init);
}

function returnOf({ returnedAt }: Operation): number {
  return returnedAt ?? Number.POSITIVE_INFINITY;
}
