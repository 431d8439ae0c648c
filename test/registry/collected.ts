/**
 * Asks the garbage collector whether anybody still holds an object.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { testSystem } from "../../src/testing/test-system.ts";

/** `true` when nothing but the answer of `make` leads to what it gave. */
export async function isCollected(make: () => WeakRef<object>): Promise<boolean> {
  const weak = make();
  // A weak reference holds its object until the turn in which it was made is over.
  await using system = testSystem();
  await system.settle();
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return weak.deref() === undefined;
}
