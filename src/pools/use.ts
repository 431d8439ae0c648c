/**
 * Running something with what was lent, and giving that back.
 *
 * @module
 */

import { isThenable } from "../core/thenable.ts";
import type { Lease, SlotLease } from "./lease.ts";

type Awaitable<T> = T | Promise<T>;

/**
 * Runs what was asked for, and gives back whatever happens. What takes no time makes no promise.
 *
 * @param hasCheck - a `check` decides over what was thrown over; without one it is closed
 * @throws what `run` throws
 */
export function runWith<R, T>(
  lease: SlotLease<R>,
  run: (resource: R, lease: Lease<R>) => Awaitable<T>,
  hasCheck: boolean,
): Awaitable<T> {
  const failed = (error: unknown): never => {
    lease.end(hasCheck ? "ok" : { discard: error });
    throw error;
  };
  let result: Awaitable<T>;
  try {
    result = run(lease.resource, lease);
  } catch (error) {
    return failed(error);
  }
  if (isThenable(result)) {
    return Promise.resolve(result).then((value) => {
      lease.end("ok");
      return value;
    }, failed);
  }
  lease.end("ok");
  return result;
}

/**
 * As {@link runWith}, with what is lent later: one promise for the wait and the run together, where a `then` that answers
 * a promise would make two more.
 *
 * @throws what `run` throws, or why nothing was lent
 */
export async function runLater<R, T>(
  waited: Promise<SlotLease<R>>,
  run: (resource: R, lease: Lease<R>) => Awaitable<T>,
  hasCheck: boolean,
): Promise<T> {
  const lease = await waited;
  let result: Awaitable<T>;
  try {
    result = run(lease.resource, lease);
    if (isThenable(result)) result = await result;
  } catch (error) {
    lease.end(hasCheck ? "ok" : { discard: error });
    throw error;
  }
  lease.end("ok");
  return result;
}
