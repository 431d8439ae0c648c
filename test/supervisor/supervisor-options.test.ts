import { describe, expect, it } from "vitest";
import { defineActor } from "../../src/actors/define-actor.ts";
import { InvalidOptionsError } from "../../src/core/errors.ts";
import { dynamicSupervisor } from "../../src/supervisor/dynamic-supervisor.ts";
import { supervisor } from "../../src/supervisor/supervisor.ts";
import { planDynamicSupervisor, planSupervisor } from "../../src/supervisor/supervisor-options.ts";

const Worker = defineActor({ name: "worker", init: () => 0 });

/** What is wrong with options, as JavaScript may give them. */
function faultsOf(make: (options: never) => unknown, options: unknown): readonly string[] {
  try {
    make(options as never);
    return [];
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.faults;
    throw error;
  }
}

const good = { strategy: "oneForOne", children: [] } as const;

describe("planSupervisor", () => {
  it("SUP2 forgives 3 restarts in 5,000 ms, without backoff or automatic shutdown, unless told otherwise", () => {
    expect(planSupervisor(good)).toMatchObject({
      restarts: { limit: { maxRestarts: 3, periodMs: 5_000 }, backoff: undefined, childBudget: undefined },
      autoShutdown: "never",
    });
  });

  it("takes specs, and whatever knows its own spec", () => {
    const registry = { child: () => Worker.child(undefined, { id: "registry" }) };
    const { children } = planSupervisor({
      strategy: "oneForAll",
      children: [Worker, Worker.child(undefined, { id: "b" }), registry],
    });
    expect(children.map(({ id }) => id)).toEqual(["worker", "b", "registry"]);
  });

  it("SUP3 refuses children with the same id, and names both the supervisor and the id", () => {
    expect(() => supervisor({ id: "app", ...good, children: [Worker, Worker] })).toThrow(
      'supervisor "app": two children have the id "worker"; give one of them another with child(…, { id })',
    );
  });

  it.each([
    [undefined, ["the options must be of type object"]],
    [
      {},
      ['strategy must be one of "oneForOne", "oneForAll", "restForOne"', "children must be of type array"],
    ],
    [{ ...good, strategy: "oneForOn" }, ['strategy must be one of "oneForOne", "oneForAll", "restForOne"']],
    [{ ...good, childs: [] }, ['unknown option "childs"']],
    [{ ...good, maxRestarts: -1 }, ["maxRestarts must be a whole number of at least 0, or Infinity"]],
    [
      { ...good, maxRestarts: Number.POSITIVE_INFINITY },
      [
        "maxRestarts without limit asks for a backoff with a minMs of at least 1: nothing else ends a crash loop",
      ],
    ],
    [
      { ...good, childBudget: { maxRestarts: 1, whenSpent: "stop" } },
      ['childBudget.whenSpent must be one of "giveUp", "leave"'],
    ],
    [{ ...good, periodMs: 0 }, ["periodMs must be milliseconds, a number of at least 1"]],
    [
      { ...good, autoShutdown: "sometimes" },
      ['autoShutdown must be one of "never", "anySignificant", "allSignificant"'],
    ],
    [{ ...good, backoff: { minMs: 5 } }, ["backoff.maxMs must be milliseconds, a number of at least 0"]],
    [{ ...good, backoff: { minMs: 9, maxMs: 5 } }, ["backoff.maxMs must not be less than minMs"]],
    [
      { ...good, backoff: { minMs: 1, maxMs: 5, factor: 0.5, jitter: 2 } },
      ["backoff.factor must be a number of at least 1", "backoff.jitter must be a number from 0 to 1"],
    ],
    [
      { ...good, children: [3] },
      ["children.0 number cannot be started: give a definition, a child spec, a registry or a pool"],
    ],
  ])("refuses %j", (options, faults) => {
    expect(faultsOf(supervisor, options)).toEqual(faults);
  });

  it("names all faults at once", () => {
    const options = { strategy: "x", maxRestarts: 0.5, extra: 1, children: [Worker, Worker, null] };
    expect(faultsOf(supervisor, options)).toHaveLength(5);
  });

  it.each(["permanent", "transient", "temporary"] as const)(
    "SUP37 SF24 takes a significant %s child only where its own end can mean something",
    (restart) => {
      const child = Worker.child(undefined, { restart, significant: true });
      const permanent =
        restart === "permanent"
          ? [
              'child "worker" is significant and permanent: it never ends by itself; make it transient or temporary',
            ]
          : [];
      expect(faultsOf(supervisor, { ...good, autoShutdown: "anySignificant", children: [child] })).toEqual(
        permanent,
      );
      expect(faultsOf(supervisor, { ...good, children: [child] })).toEqual([
        'child "worker" is significant, which asks for autoShutdown "anySignificant" or "allSignificant"',
        ...permanent,
      ]);
    },
  );
});

describe("planDynamicSupervisor", () => {
  it("has no limit to its children unless told", () => {
    expect(planDynamicSupervisor({})).toMatchObject({
      id: "dynamicSupervisor",
      maxChildren: Number.POSITIVE_INFINITY,
      restarts: { limit: { maxRestarts: 3, periodMs: 5_000 } },
    });
  });

  it.each([
    [{ strategy: "oneForOne" }, ['unknown option "strategy"']],
    [{ autoShutdown: "anySignificant" }, ['unknown option "autoShutdown"']],
    [{ maxChildren: -1 }, ["maxChildren must be a whole number of at least 0"]],
    [{ backoff: { minMs: 2, maxMs: 1 } }, ["backoff.maxMs must not be less than minMs"]],
  ])("DS1 refuses %j", (options, faults) => {
    expect(faultsOf(dynamicSupervisor, options)).toEqual(faults);
  });
});
