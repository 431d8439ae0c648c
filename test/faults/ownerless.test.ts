import { describe, expect, it } from "vitest";
import { type Ended, outcomeOf, run } from "./run.ts";

describe("a fault that no actor owns comes out as it does without the library: message, source line, stack and exit code", () => {
  it.each([
    { fault: "a throw in a timer", status: 1, says: /^RangeError: the host's$/m },
    { fault: "an error with a cause", status: 1, says: /\[cause\]: TypeError: below$/m },
    { fault: "a string thrown", status: 1, says: /^the host's$/m },
    { fault: "an emitter's error", status: 1, says: /^Emitted 'error' event at:$/m },
    { fault: "a forgotten rejection", status: 1, says: /^Error: the host's$/m },
    { fault: "a rejection with a string", status: 1, says: /ERR_UNHANDLED_REJECTION/ },
    { fault: "a forgotten async function", status: 1, says: /^Error: the host's$/m },
    { fault: "a throw in a microtask", status: 1, says: /^Error: the host's$/m },
  ])("$fault", async ({ fault, status, says }) => {
    const [having, lacking] = await Promise.all([
      run("ownerless", [fault, "with"]),
      run("ownerless", [fault, "without"]),
    ]);
    expect(ownFrames(having)).toEqual(ownFrames(lacking));
    expect(having).toEqual({ status, signal: null, stdout: "", stderr: expect.stringMatching(says) });
  });

  it.each([
    { mode: "strict", status: 1, stdout: "" },
    { mode: "warn", status: 0, stdout: "lives" },
    { mode: "none", status: 0, stdout: "lives" },
  ])("a forgotten rejection under --unhandled-rejections=$mode", async ({ mode, status, stdout }) => {
    const [having, lacking] = await Promise.all(
      ["with", "without"].map((library) =>
        run("ownerless", ["a forgotten rejection", library], [`--unhandled-rejections=${mode}`]),
      ),
    );
    const withoutPid = (text: string | undefined): string | undefined => text?.replace(/^\(node:\d+\)/gm, "");
    expect({ ...having, stderr: withoutPid(having?.stderr) }).toEqual({
      ...lacking,
      stderr: withoutPid(lacking?.stderr),
    });
    expect(having).toMatchObject({ status, stdout });
  });
});

/** Node's own frames tell what else it had to do in that turn, and whether the host uses `AsyncLocalStorage`. */
function ownFrames({ stderr, ...ended }: Ended): Ended {
  return { ...ended, stderr: stderr.replaceAll(/^ +at .*\bnode:.*\n/gm, "") };
}

describe("a host with listeners of its own", () => {
  const hostFaults = [
    "before: rejected: Error: rejected",
    "after: rejected: Error: rejected",
    "before: monitored: thrown",
    "after: monitored: thrown",
    "before: uncaughtException: thrown",
    "after: uncaughtException: thrown",
  ];

  it("hears once of each fault that nobody owns, of none that an actor owns, and sees no listener but its own", async () => {
    expect(outcomeOf(await run("host"))).toEqual({
      counts: { none: [0, 0, 0], both: [2, 2, 2], last: [2, 2, 2] },
      ownerless: hostFaults,
      owned: [],
      fates: ["Error: boom", "Error: boom"],
      withTwo: [],
      afterOneStopped: [],
      stopped: hostFaults,
      again: [],
      ownerlessAgain: hostFaults,
      afterSpy: [],
    });
  });
});

describe("a worker thread", () => {
  it("keeps the faults of its actors, and ends by one that nobody owns, as any thread does", async () => {
    const { status, stdout, stderr } = await run("thread");
    expect({ status, stdout: stdout.split("\n").filter(Boolean), stderr }).toEqual({
      status: 0,
      stdout: ["Error: boom", "Error: boom", "error: the thread's", "exit: 1"],
      stderr: "",
    });
  });
});
