import { beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "./programs/stage.ts";
import { outcomeOf, run } from "./run.ts";

let outcomes: Record<string, Outcome>;

beforeAll(async () => {
  outcomes = outcomeOf(await run("owned"));
});

describe("a fault of A ends A alone: B lives, the process lives, monitor and supervisor learn of it", () => {
  it.each([
    { scene: "a handler throws", fault: /boom/ },
    { scene: "a handler answers what cannot be looked at", fault: /boom/ },
    { scene: "an asynchronous handler rejects", fault: /boom/ },
    { scene: "a handler promised an answer, and the promise rejects", fault: /boom/ },
    { scene: "a promise is rejected and forgotten", fault: /boom/ },
    { scene: "a forgotten async function throws after an await", fault: /boom/ },
    { scene: "a forgotten async function throws after a timer", fault: /boom/ },
    { scene: "a timer's callback throws", fault: /boom/ },
    { scene: "an interval's callback throws", fault: /boom/ },
    { scene: "an immediate throws", fault: /boom/ },
    { scene: "a next tick throws", fault: /boom/ },
    { scene: "a callback of the file system throws", fault: /boom/ },
    { scene: "an emitter has an error and no listener", fault: /boom/ },
    { scene: "an emitter's listener throws in a timer", fault: /boom/ },
    { scene: "a connection is refused and has no listener", fault: /ECONNREFUSED/ },
    { scene: "a request is refused and has no listener", fault: /ECONNREFUSED/ },
    { scene: "a stream fails and has no listener", fault: /boom/ },
    { scene: "a file to read is not there", fault: /ENOENT/ },
    { scene: "a handler awaits while a timer of its own throws", fault: /boom/ },
  ])("$scene", ({ scene, fault }) => {
    expect(outcomes[scene]).toEqual({
      a: expect.stringMatching(/^Error: .*, restarted$/),
      b: "lives",
      heard: [expect.stringMatching(/^a: Error: /)],
      late: [],
    });
    expect(outcomes[scene]?.a).toMatch(fault);
  });

  it("shows every scene of the program", () => {
    expect(Object.keys(outcomes)).toHaveLength(19);
  });
});
