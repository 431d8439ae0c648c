import { describe, expect, it } from "vitest";
import {
  type ChildOptions,
  childSpec,
  createChildSpec,
  LAUNCH,
  NAME_PORT,
  namePortOf,
} from "../../src/core/child-spec.ts";
import { isActorError } from "../../src/core/errors.ts";
import type { NamePort } from "../../src/core/name.ts";
import type { Name } from "../../src/core/pid.ts";

const launch = { kind: "actor", definition: {}, arg: 5 } as const;
const worker = { id: "counter", type: "worker", launch } as const;
const aName = (label: string): Name => ({ [NAME_PORT]: { label } }) as unknown as Name;

describe("createChildSpec", () => {
  it("G9 says for a worker: always restarted, 5,000 ms to end", () => {
    expect(createChildSpec(worker)).toMatchObject({
      id: "counter",
      type: "worker",
      restart: "permanent",
      shutdownMs: 5_000,
      significant: false,
      names: [],
      [LAUNCH]: launch,
    });
  });

  it("gives a supervisor all the time it takes to end", () => {
    expect(createChildSpec({ ...worker, type: "supervisor" }).shutdownMs).toBe("infinity");
  });

  it("G9 takes what was said instead", () => {
    const name = aName("hits in names");
    const options = {
      id: "a",
      restart: "transient",
      shutdownMs: "brutalKill",
      significant: true,
      name,
    } as const;
    expect(createChildSpec(worker, options)).toMatchObject({
      id: "a",
      restart: "transient",
      shutdownMs: "brutalKill",
      significant: true,
      names: [name],
    });
    const names = [name, name];
    expect(createChildSpec(worker, { name: names }).names).toEqual(names);
    expect(Object.isFrozen(names)).toBe(false);
  });

  it("is a value: frozen, and `with` makes another one", () => {
    const spec = createChildSpec(worker, { id: "a", restart: "temporary" });
    const other = spec.with({ id: "b", shutdownMs: 10 });
    expect(other).toMatchObject({ id: "b", restart: "temporary", shutdownMs: 10, [LAUNCH]: launch });
    expect(spec).toMatchObject({ id: "a", shutdownMs: 5_000 });
    expect([spec, spec.names, other].every((value) => Object.isFrozen(value))).toBe(true);
  });

  it.each<[object, readonly string[]]>([
    [{ restart: "always" }, ['restart must be one of "permanent", "transient", "temporary"']],
    [{ shutdownMs: -1 }, ['shutdownMs must be milliseconds of at least 0, "infinity" or "brutalKill"']],
    [
      { shutdownMs: Number.NaN },
      ['shutdownMs must be milliseconds of at least 0, "infinity" or "brutalKill"'],
    ],
    [{ shutdown: 5 }, ['unknown option "shutdown"']],
    [{ id: 7, significant: 1 }, ["id must be of type string", "significant must be of type boolean"]],
  ])("SUP4 lists all that is wrong with %j", (options, faults) => {
    const error = thrownBy(() => createChildSpec(worker, options as ChildOptions));
    expect(isActorError(error, "ERR_INVALID_OPTIONS") && error.faults).toEqual(faults);
  });

  it("keeps a backoff of its own, and checks it", () => {
    const backoff = { minMs: 1, maxMs: 5 };
    expect(createChildSpec(worker, { backoff }).with({ id: "b" })).toMatchObject({ id: "b", backoff });
    expect("backoff" in createChildSpec(worker).with({ id: "b" })).toBe(false);
    const error = thrownBy(() => createChildSpec(worker, { backoff: { minMs: 5, maxMs: 1 } }));
    expect(isActorError(error, "ERR_INVALID_OPTIONS") && error.faults).toEqual([
      "backoff.maxMs must not be less than minMs",
    ]);
  });

  it("SF5 keeps a budget of its own, and checks it", () => {
    const budget = { maxRestarts: 5, whenSpent: "leave" } as const;
    const backoff = { minMs: 1, maxMs: 5 };
    expect(createChildSpec(worker, { budget }).with({ backoff })).toMatchObject({ budget, backoff });
    expect("budget" in createChildSpec(worker, { backoff }).with({ id: "b" })).toBe(false);
    const endless = { maxRestarts: Number.POSITIVE_INFINITY };
    expect(createChildSpec(worker, { budget: endless, backoff })).toMatchObject({ budget: endless });
    const error = thrownBy(() => createChildSpec(worker, { budget: endless }));
    expect(isActorError(error, "ERR_INVALID_OPTIONS") && error.faults).toEqual([
      "budget.maxRestarts without limit asks for a backoff with a minMs of at least 1: nothing else ends a crash loop",
    ]);
  });

  it("SUP4 refuses an override that it does not know", () => {
    const error = thrownBy(() => createChildSpec(worker).with({ restrat: "temporary" } as never));
    expect(isActorError(error, "ERR_INVALID_OPTIONS") && error.faults).toEqual(['unknown option "restrat"']);
  });

  it("SUP4 checks what `with` is given, too", () => {
    const error = thrownBy(() => createChildSpec(worker).with({ restart: "never" } as never));
    expect(isActorError(error, "ERR_INVALID_OPTIONS") && error.message).toContain('child "counter": restart');
  });
});

describe("childSpec", () => {
  it("starts what a function starts", () => {
    const start = () => ({});
    expect(childSpec({ id: "own", start, restart: "temporary" })).toMatchObject({
      id: "own",
      type: "worker",
      restart: "temporary",
      [LAUNCH]: { kind: "function", start },
    });
  });

  it.each<[object, string]>([
    [{ id: "own" }, "start must be a function"],
    [{ start: () => ({}) }, "id must be of type string"],
    [{ id: "own", start: () => ({}), restrat: "temporary" }, 'unknown option "restrat"'],
  ])("refuses %j: %s", (options, fault) => {
    expect(() => childSpec(options as never)).toThrow(fault);
  });
});

describe("namePortOf", () => {
  it("finds the port of a name", () => {
    const port = { label: "hits in names" } as NamePort;
    expect(namePortOf({ [NAME_PORT]: port } as unknown as Name)).toBe(port);
  });
});

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
