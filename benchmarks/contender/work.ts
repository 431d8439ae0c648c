/** How many operations arrived. */
export type Counted = number;

/** What a round brought: a count, a way to count that is not timed, a count and what it weighs, or a count and a figure. */
export type Outcome =
  | Counted
  | (() => Counted | Promise<Counted>)
  | { readonly counted: Counted; readonly bytes: number }
  | { readonly counted: Counted; readonly figure: number };

/** One contender's side of a row, open and ready for its rounds. */
export interface Work {
  /** Does the work, and answers what has arrived at the far end (never what was sent). This is what is timed. */
  run(operations: number): Outcome | Promise<Outcome>;
  /** Untimed, after each round: clears away, and throws when something is left that should be gone. */
  settle?(): void | Promise<void>;
}

/** What a file below `work/` exports as `open`; `size` is a growth row's, `NaN` for the others. */
export type OpenWork = (size: number) => Work | Promise<Work>;

/** What went missing, came twice or came out of order. A row that meets one has no figure. */
export class BenchFault extends Error {
  override readonly name = "BenchFault";
}

/** Throws a {@link BenchFault} unless what is seen is what was expected. */
export function expectSame(what: string, seen: unknown, expected: unknown): void {
  if (!Object.is(seen, expected))
    throw new BenchFault(`${what}: ${String(seen)} instead of ${String(expected)}`);
}
