/** A stride without a common factor with any power of ten, and far from any of their parts. */
const STRIDE = 61_803_399;

/**
 * Places spread over a whole, in an order in which neighbours do not follow each other; each comes once where there
 * are as many as in the whole.
 *
 * @param count - how many
 * @param size - of the whole; a power of ten
 */
export function spread(count: number, size: number): readonly number[] {
  return Array.from({ length: Math.min(count, size) }, (_, i) => (i * STRIDE) % size);
}
