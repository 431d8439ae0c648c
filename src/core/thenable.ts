/**
 * What has to be waited for.
 *
 * @module
 */

/**
 * `true` for promises and whatever else has a `then` method.
 *
 * @example
 * ```ts
 * isThenable(Promise.resolve(1)); //=> true
 * isThenable({ then: 1 }); //=> false
 * ```
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}
