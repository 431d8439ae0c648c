import { debug, reply, stop } from "troupe";
import { type TestSystem, testSystem } from "troupe/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defineStateMachine } from "../../src/machines/define-state-machine.ts";
import {
  type Action,
  type AfterEvent,
  again,
  eventTimeout,
  insert,
  insertCast,
  insertMessage,
  postpone,
  stateTimeout,
  step,
  timeout,
} from "../../src/machines/step.ts";

interface State {
  readonly state: string;
  readonly data?: number;
}
type Table = Readonly<Record<string, (at: State) => AfterEvent<State>>>;

let system: TestSystem;
beforeEach(() => {
  system = testSystem();
});
afterEach(() => system.stop());

/** A machine that writes down what it handles, and does what `table` says for `state event`. */
async function machine(table: Table, init: AfterEvent<State> = { state: "a" }) {
  const seen: string[] = [];
  const handle = (at: State, event: string): AfterEvent<State> => {
    seen.push(`${at.state} ${event}`);
    return table[`${at.state} ${event}`]?.(at) ?? at;
  };
  const Scripted = defineStateMachine({
    name: "scripted",
    init: () => init as State,
    casts: {
      go: (at: State) => handle(at, "go"),
      later: (at: State) => handle(at, "later"),
      other: (at: State) => handle(at, "other"),
    },
    calls: { now: (at: State) => reply(at.state, at) },
    info: (at: State, message: string) => handle(at, message),
    internal: (at, content) => handle(at, String(content)),
    timeout: (at, { kind, name, content }) => handle(at, `${name ?? kind}:${content}`),
    enter: (at, from) => handle(at, `enter(${from})`),
    terminate: (at, reason) => {
      seen.push(`terminate ${at.state} ${reason.kind}`);
    },
  });
  const pid = await system.start(Scripted);
  await system.settle();
  seen.length = init instanceof Object && "actions" in init ? seen.length : 0;
  return { pid, seen };
}

const to =
  (state: string, ...actions: readonly Action[]) =>
  () =>
    step({ state }, ...actions);
const stay =
  (...actions: readonly Action[]) =>
  (at: State) =>
    step(at, ...actions);

describe("Machine", () => {
  it("SM2 enters the first state from itself, each state that is another, and the same one again on demand", async () => {
    const { pid, seen } = await machine(
      { "a go": to("b"), "b go": to("b"), "b later": (at) => again(at) },
      step({ state: "a" }, insert("first")),
    );
    pid.cast.go();
    pid.cast.go();
    pid.cast.later();
    await system.settle();
    expect(seen).toEqual(["a enter(a)", "a first", "a go", "b enter(a)", "b go", "b later", "b enter(b)"]);
  });

  it("SM3 SM4 enters, then takes what was inserted, what was put off, and timeouts of 0", async () => {
    const { pid, seen } = await machine({
      "a later": stay(postpone()),
      "a go": to("b", insert("i1"), insert("i2"), timeout("zero", 0), eventTimeout(0)),
    });
    pid.cast.later();
    pid.cast.other();
    pid.cast.go();
    pid.cast.other();
    await system.settle();
    expect(seen).toEqual([
      ...["a later", "a other", "a go", "b enter(a)", "b i1", "b i2", "b later", "zero:undefined"].map(
        (event) => (event.includes(" ") ? event : `b ${event}`),
      ),
      "b other",
    ]);
  });

  it("SM5 tries what was put off again when the state is another, not when data is, the oldest first", async () => {
    const { pid, seen } = await machine({
      "a later": stay(postpone()),
      "a other": stay(postpone()),
      "a data": (at) => ({ ...at, data: 1 }),
      "a again": (at) => again(at),
      "a go": to("b"),
    });
    pid.cast.later();
    pid.cast.other();
    pid.send("data");
    pid.send("again");
    pid.cast.go();
    await system.settle();
    expect(seen.slice(-4)).toEqual(["a go", "b enter(a)", "b later", "b other"]);
    expect(seen.filter((event) => event.endsWith("later"))).toEqual(["a later", "b later"]);
  });

  it("SM5 what is put off with a change comes at once, and may be put off again", async () => {
    const { pid, seen } = await machine({
      "a go": to("b", postpone()),
      "b go": stay(postpone()),
      "b other": to("c"),
    });
    pid.cast.go();
    pid.cast.other();
    await system.settle();
    expect(seen).toEqual(["a go", "b enter(a)", "b go", "b other", "c enter(b)", "c go"]);
  });

  it("SM3 the last of several postpones counts", async () => {
    const { pid, seen } = await machine({ "a later": stay(postpone(), postpone(false)), "a go": to("b") });
    pid.cast.later();
    pid.cast.go();
    await system.settle();
    expect(seen).toEqual(["a later", "a go", "b enter(a)"]);
  });

  it("SM3 inserts casts and messages as if they had come, before those that have", async () => {
    const { pid, seen } = await machine({
      "a go": stay(insertCast("later"), insertMessage("hello"), insert("x")),
    });
    pid.cast.go();
    pid.cast.other();
    await system.settle();
    expect(seen).toEqual(["a go", "a later", "a hello", "a x", "a other"]);
  });

  it("SM3 ends when it inserts a cast that it does not have", async () => {
    const { pid } = await machine({ "a go": stay(insertCast("nothing")) });
    pid.cast.go();
    expect(await pid.down()).toMatchObject({
      error: { message: expect.stringContaining("the cast nothing") },
    });
  });

  it.each([
    [
      "another state",
      to("c"),
      "scripted.enter answered another state: it stays in the one it was called for",
    ],
    ["postpone", stay(postpone()), "scripted.enter answered postpone(…)"],
    ["insert", stay(insert("x")), "scripted.enter answered insert(…)"],
  ])("SM10 enter may not answer %s: the machine ends in the new state", async (_what, answer, text) => {
    const { pid, seen } = await machine({ "a go": to("b"), "b enter(a)": answer });
    pid.cast.go();
    expect(await pid.down()).toMatchObject({ error: { message: expect.stringContaining(text) } });
    expect(seen.at(-1)).toBe("terminate b error");
  });

  it("SM10 enter sets timeouts and may end the machine; one that throws leaves it where it was", async () => {
    const { pid, seen } = await machine({
      "a go": to("b"),
      "b enter(a)": stay(stateTimeout(0, "from enter")),
      "b other": to("c"),
      "c enter(b)": (at) => stop("shutdown", at),
    });
    pid.cast.go();
    pid.cast.other();
    expect(await pid.down()).toEqual({ kind: "shutdown" });
    expect(seen).toEqual([
      ...["a go", "b enter(a)", "b state:from enter", "b other", "c enter(b)"],
      "terminate c shutdown",
    ]);
    const thrown = await machine({
      "a go": to("b"),
      "b enter(a)": () => {
        throw new Error("boom");
      },
    });
    thrown.pid.cast.go();
    await thrown.pid.down();
    expect(thrown.seen.at(-1)).toBe("terminate a error");
  });

  it("SM11 stops with the state it answers", async () => {
    const { pid, seen } = await machine({ "a go": () => stop("shutdown", { state: "z" }) });
    pid.cast.go();
    expect(await pid.down()).toEqual({ kind: "shutdown" });
    expect(seen.at(-1)).toBe("terminate z shutdown");
  });

  it("SM12 init may not put anything off", async () => {
    const { pid } = await machine({}, step({ state: "a" }, postpone()));
    expect(await pid.down()).toMatchObject({
      error: { message: "scripted.init answered postpone(): there is no event yet" },
    });
  });

  it("SM13 a machine that feeds itself keeps nobody from ending it", async () => {
    const { pid, seen } = await machine({
      "a go": (at) => {
        if (seen.length === 10) pid.exit("kill");
        return step(at, insertCast("go"));
      },
    });
    pid.cast.go();
    expect(await pid.down()).toEqual({ kind: "killed" });
    expect(seen.length).toBe(10);
  });

  it("SM13 suspended, it works off nothing and takes no timeout until it is resumed", async () => {
    const { pid, seen } = await machine({ "a go": stay(stateTimeout(5, "x")) });
    pid.cast.go();
    await system.settle();
    await debug(pid).suspend();
    await system.advance(10);
    expect(seen).toEqual(["a go"]);
    await debug(pid).resume();
    await system.settle();
    expect(seen).toEqual(["a go", "a state:x"]);
  });
});
