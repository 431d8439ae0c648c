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
  if (typeof message !== "object" || message === null || Object.isFrozen(message)) return message;
  if (Array.isArray(message)) {
    Object.freeze(message);
    for (const item of message) freezePlain(item);
    return message;
  }
  const prototype = Object.getPrototypeOf(message);
  if (prototype !== Object.prototype && prototype !== null) return message;
  Object.freeze(message);
  for (const key of Object.keys(message)) freezePlain((message as Record<string, unknown>)[key]);
  return message;
}
