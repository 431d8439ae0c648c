import { describe, expect, it } from "vitest";
import {
  abortedError,
  closedError,
  deadWaiterError,
  detachedError,
  fullError,
  notRunningError,
  overloadedError,
} from "../../src/pools/pool-errors.ts";

describe("what a caller gets that nothing is lent to", () => {
  const load = { idle: 0, lent: 3, starting: 0, closing: 0, waiting: 7 };
  it.each([
    [closedError("db"), "ERR_POOL_CLOSED", 'pool "db" is closed: nothing is lent any more'],
    [notRunningError("db"), "ERR_NOT_RUNNING", 'pool "db" is not running any more; nothing was lent'],
    [fullError("db", load, 7), "ERR_POOL_FULL", 'pool "db" is full: 3 lent, 7 waiting (maxWaiting 7)'],
    [
      abortedError("db", AbortSignal.abort("enough")),
      "ERR_ABORTED",
      'the checkout from pool "db" was aborted by its caller',
    ],
    [detachedError("db"), "ERR_DETACHED", `this handler's process has died: pool "db" lends it nothing`],
    [deadWaiterError("db"), "ERR_DETACHED", 'the process that waited for pool "db" has died'],
    [
      overloadedError("db", 120.4, 50),
      "ERR_OVERLOADED",
      'pool "db" is overloaded: after 120 ms in line nothing was lent, and for a while nobody was served within 50 ms (queue.targetMs)',
    ],
  ])("%s has a code and may be tried again", (error, code, message) => {
    expect(error).toMatchObject({ code, message, handled: "no" });
  });

  it("keeps why a caller aborted", () => {
    expect(abortedError("db", AbortSignal.abort("enough")).cause).toBe("enough");
  });
});
