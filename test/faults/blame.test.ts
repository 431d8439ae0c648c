import { beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "./programs/stage.ts";
import { isNode24, outcomeOf, run } from "./run.ts";

const lives = "lives";
const fell = "Error: boom, restarted";

let outcomes: Record<string, Outcome>;

beforeAll(async () => {
  outcomes = outcomeOf(await run("blame"));
});

describe("when A and B share what fails, blamed is whose context it fails in", () => {
  it.each([
    { scene: "a promise made by A is rejected in B's turn", blamed: isNode24 ? "b" : "a" },
    { scene: "a listener of B's throws when A emits", blamed: "a" },
    { scene: "an emitter made by A has an error in B's turn", blamed: "b" },
    { scene: "a callback of B's throws on a socket that A opened", blamed: "a" },
    { scene: "an abort listener of B's throws when A aborts a controller", blamed: "a" },
  ])("$scene: $blamed", ({ scene, blamed }) => {
    const [a, b] = blamed === "a" ? [fell, lives] : [lives, fell];
    expect(outcomes[scene]).toEqual({ a, b, heard: [`${blamed}: Error: boom`], late: [] });
  });

  it.each([
    { scene: "a socket that A opened in system.neutral is refused" },
    { scene: "a timer set in system.neutral throws" },
  ])("$scene: nobody, the host hears of it", ({ scene }) => {
    expect(outcomes[scene]).toEqual({ a: lives, b: lives, heard: [], late: [] });
  });

  it.each([
    { scene: "an abort listener on B's own signal throws when A kills B" },
    { scene: "a listener that A adds to B's signal throws when B is killed" },
    { scene: "a closer of B's throws in a timer after B was killed" },
  ])("$scene: B, which is dead already", ({ scene }) => {
    expect(outcomes[scene]).toEqual({
      a: lives,
      b: "killed, restarted",
      heard: ["b: killed"],
      late: ["Error: boom"],
    });
  });

  it("an abort listener on a child's own signal throws when its supervisor stops it: the child", () => {
    const scene = "an abort listener on B's own signal throws when its supervisor stops it";
    expect(outcomes[scene]).toEqual({ a: lives, b: lives, heard: [], late: ["Error: boom"] });
  });
});

describe("a throw in a bare queueMicrotask callback", () => {
  it(
    isNode24 ? "ends the actor that queued it" : "is nobody's, and ends the process as Node would",
    async () => {
      const { status, stdout, stderr } = await run("microtask");
      if (isNode24)
        expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "Error: boom", stderr: "" });
      else {
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
        expect(stderr).toMatch(/\nError: boom\n[\s\S]*\nNode\.js v\d/);
      }
    },
  );
});

describe("a stray fault of a pool's resource", () => {
  it("discards the resource: the borrower lives, and the pool lends another", async () => {
    expect(outcomeOf(await run("pool"))).toEqual({
      before: 1,
      broken: 1,
      next: 2,
      faults: ["pool: Error: boom"],
      fate: "lives",
    });
  });
});
