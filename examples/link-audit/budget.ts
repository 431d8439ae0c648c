/**
 * How many restarts are forgiven, and to whom. None of the budgets is without end.
 *
 * @module
 */

/** Restarts that are forgiven to processes that are shot at. */
export const UNDER_FIRE = { maxRestarts: 2_000, periodMs: 10_000 } as const;

/** Restarts that are forgiven to everybody else. */
export const IN_PEACE = { maxRestarts: 10, periodMs: 10_000 } as const;
