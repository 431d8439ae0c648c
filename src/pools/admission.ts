/**
 * What a checkout pool decides, as plain functions of its counts. Nothing here runs: the pool counts, asks,
 * and carries out the answer.
 *
 * @module
 */

/** What there is, in resources and waiters. */
export interface Load {
  readonly idle: number;
  readonly lent: number;
  /** Being opened, or looked at before the next loan. */
  readonly starting: number;
  readonly closing: number;
  readonly waiting: number;
}

/** What there may be. */
export interface Limits {
  /** Resources that are kept. */
  readonly size: number;
  /** Resources beyond `size` while there is demand. */
  readonly maxOverflow: number;
  /** Waiters for whom nothing is being made ready. */
  readonly maxWaiting: number;
}

/**
 * How many resources count, in whatever state: a closing one still holds its socket.
 *
 * @example
 * ```ts
 * resourcesOf({ idle: 1, lent: 2, starting: 3, closing: 4, waiting: 9 }); //=> 10
 * ```
 */
export function resourcesOf(load: Load): number {
  return load.idle + load.lent + load.starting + load.closing;
}

/**
 * How many more may be opened now.
 *
 * @returns 0 or more; never so many that there would be more than `size + maxOverflow` at any instant
 */
export function roomOf(load: Load, limits: Limits): number {
  return Math.max(0, limits.size + limits.maxOverflow - resourcesOf(load));
}

/**
 * Is the line full for one more waiter? Those for whom a resource is being made ready, or can be once what
 * closes is closed, do not count.
 *
 * @example
 * ```ts
 * const limits = { size: 1, maxOverflow: 0, maxWaiting: 0 };
 * isFull({ idle: 0, lent: 0, starting: 0, closing: 0, waiting: 0 }, limits); //=> false
 * isFull({ idle: 0, lent: 0, starting: 0, closing: 1, waiting: 0 }, limits); //=> false
 * isFull({ idle: 0, lent: 1, starting: 0, closing: 0, waiting: 0 }, limits); //=> true
 * ```
 */
export function isFull(load: Load, limits: Limits): boolean {
  const room = roomOf({ ...load, closing: 0 }, limits);
  return load.waiting >= load.idle + load.starting + room + limits.maxWaiting;
}

/**
 * How many waiters have nothing under way for them.
 *
 * @param pinged - how many of those that are starting are only looked at because they were idle for long
 * @returns how many idle resources to look at or new ones to open, 0 or more
 */
export function unservedOf(load: Load, pinged = 0): number {
  return Math.max(0, load.waiting - (load.starting - pinged));
}

/**
 * What to do with a resource that nobody waits for: beyond `size` it goes.
 *
 * @param held - resources that are not being closed, this one included
 */
export function isSurplus(held: number, limits: Limits): boolean {
  return held > limits.size;
}

/**
 * Whether a resource that is given back must go although somebody waits for it: the pool was made smaller.
 *
 * @param held - resources that are not being closed, this one included
 */
export function isBeyond(held: number, limits: Limits): boolean {
  return held > limits.size + limits.maxOverflow;
}
