import { describe, expect, it } from "vitest";
import { isActorError } from "../../src/core/errors.ts";
import { DisconnectedError, RemoteError, TooLargeError } from "../../src/resources/errors.ts";

describe("DisconnectedError", () => {
  it("says whether the request may be sent again, and keeps the cause", () => {
    const cause = new Error("ECONNRESET");
    const error = new DisconnectedError("http://a", "unknown", "reset", cause);
    expect(isActorError(error, "ERR_DISCONNECTED")).toBe(true);
    expect(error).toMatchObject({ name: "DisconnectedError", peer: "http://a", handled: "unknown", cause });
    expect(error.message).toBe("http://a is not connected (reset); the request may have been handled");
  });
});

describe("TooLargeError", () => {
  it("names the limit and what to do", () => {
    const error = new TooLargeError("the answer", 10);
    expect(error).toMatchObject({
      name: "TooLargeError",
      code: "ERR_TOO_LARGE",
      handled: "unknown",
      maxBytes: 10,
    });
    expect(error.message).toBe("the answer is larger than 10 bytes; raise maxBytes to read it");
  });
});

describe("RemoteError", () => {
  it("carries the other side's error as data", () => {
    const remote = { name: "TypeError", message: "no", stack: "at b.ts:1", code: "E_B" };
    const error = new RemoteError("a job", "unknown", remote);
    expect(error).toMatchObject({ name: "RemoteError", code: "ERR_REMOTE", handled: "unknown", remote });
    expect(error.message).toBe("a job failed: TypeError: no");
  });
});
