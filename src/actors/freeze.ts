/**
 * Freezing of messages: plain objects and arrays, all the way down; never instances, whose own
 * methods may need to write.
 *
 * @module
 */

/**
 * Freezes what is plain in `message` and answers it; O(size) once, O(1) when it is frozen already.
 *
 * @example
 * ```ts
 * Object.isFrozen(freezePlain({ at: [1, 2] }).at); //=> true
 * Object.isFrozen(freezePlain(new Map())); //=> false
 * ```
 */
export function freezePlain<T>(message: T): T {
  if (typeof message !== "object" || message === null) return message;
  try {
    // A list of its own instead of recursion: a long chain of objects would fill the stack.
    const left: object[] = [message];
    for (let item = left.pop(); item !== undefined; item = left.pop()) freezeOne(item, left);
  } catch {
    // A proxy or a getter may throw at any look; what cannot be looked at stays as it is.
  }
  return message;
}

/** Freezes one object, and leaves what is in it to be frozen. */
function freezeOne(item: object, left: object[]): void {
  if (Object.isFrozen(item)) return;
  if (!Array.isArray(item)) {
    const prototype: unknown = Object.getPrototypeOf(item);
    if (prototype !== Object.prototype && prototype !== null) return;
  }
  Object.freeze(item);
  for (const inner of Object.values(item)) if (typeof inner === "object" && inner !== null) left.push(inner);
}
