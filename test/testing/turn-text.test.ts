import { describe, expect, it } from "vitest";
import { reply } from "../../src/actors/answers.ts";
import { defineActor } from "../../src/actors/define-actor.ts";
import { processOf } from "../../src/actors/process.ts";
import { testSystem } from "../../src/testing/test-system.ts";
import { turnText } from "../../src/testing/turn-text.ts";

const Desk = defineActor({
  name: "desk",
  init: () => 0,
  calls: { ask: (state) => reply(state, state) },
  casts: { tell: (state) => state },
  info: (state, _message: string) => state,
});

describe("turnText", () => {
  it.each([
    ["call ask", (desk) => void desk.call.ask().catch(() => undefined)],
    ["cast tell", (desk) => desk.cast.tell()],
    ['message "hello"', (desk) => desk.send("hello")],
    ["stop", (desk) => void desk.stop().catch(() => undefined)],
    ["kill", (desk) => desk.exit("kill")],
    ["exit signal shutdown", (desk) => desk.exit("shutdown")],
    ["fault Error: boom", (desk) => processOf(desk).fault(new Error("boom"))],
    ["looks for work", () => undefined],
  ] satisfies [string, (desk: Desk) => void][])("says %s", async (what, act) => {
    await using system = testSystem();
    const desk = await system.start(Desk);
    act(desk);
    expect(turnText(processOf(desk))).toEqual({ actor: "desk (pid 1)", what });
  });

  it("says who and what of a scenario's own, and that the rest follows a death", () => {
    const event = { actor: "fault", what: "kill", run: () => 1 };
    expect(turnText(event)).toMatchObject({ actor: "fault", what: "kill" });
    expect(turnText({ run: () => 1 })).toEqual({ actor: "system", what: "work after a death" });
  });
});

type Desk = import("../../src/core/pid.ts").PidOf<typeof Desk>;
