import { describe, expect, it } from "vitest";
import { isActorError } from "../../src/core/errors.ts";
import { checkTestSystemOptions } from "../../src/testing/test-options.ts";

describe("checkTestSystemOptions", () => {
  it.each([
    {},
    { seed: 0 },
    { seed: 4_294_967_295, maxSteps: 1, name: "orders" },
    { faults: "handlersOnly", messages: "shared", logger: false },
    { logger: console },
  ] as const)("takes %j", (options) => {
    expect(() => checkTestSystemOptions(options)).not.toThrow();
  });

  it.each([
    { given: { sead: 1 }, faults: ['unknown option "sead"'] },
    { given: { seed: 1.5 }, faults: ["seed must be a whole number of at least 0"] },
    { given: { seed: -1, maxSteps: 0 }, faults: ["seed must", "maxSteps must"] },
    { given: { messages: "cloned" }, faults: ['messages must be one of "frozen", "shared"'] },
  ])("lists all faults of $given", ({ given, faults }) => {
    const error = thrownBy(() => checkTestSystemOptions(given as never));
    expect(isActorError(error, "ERR_INVALID_OPTIONS") && error.faults).toEqual(
      faults.map((fault) => expect.stringContaining(fault)),
    );
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
