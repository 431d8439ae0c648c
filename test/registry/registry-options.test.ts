import { describe, expect, it } from "vitest";
import { InvalidOptionsError } from "../../src/core/errors.ts";
import { checkRegistryOptions, checkViaOptions } from "../../src/registry/registry-options.ts";

describe("checkRegistryOptions", () => {
  it.each([
    [{ keys: "unique" }],
    [{ keys: "duplicate", name: "names", maxKeys: 1, onDown: "keep" }],
    [{ keys: "unique", onDown: "exit" }],
    [{ keys: "unique", meta: {} }],
    [{ keys: "unique", meta: { color: "red", size: undefined } }],
  ])("takes %j", (options) => {
    expect(() => checkRegistryOptions(options)).not.toThrow();
  });

  it.each([
    [{}, 1],
    [undefined, 1],
    [{ keys: "unique", maxKeys: 0 }, 1],
    [{ keys: "unique", maxKeys: 1.5 }, 1],
    [{ keys: "pid", name: 7, maxKeys: -1, onDown: "die", partitions: 4 }, 5],
    [{ keys: "unique", name: 7 }, 1],
    [{ keys: "unique", partitions: 1 }, 1],
    [{ keys: "unique", listeners: ["names"], compressed: true }, 2],
    [{ keys: "unique", meta: "red" }, 1],
    [{ keys: "unique", meta: [["color", "red"]] }, 1],
  ])("R1 R2 R3 R4 R5 refuses %j, with %i faults", (options, faults) => {
    const error = refused(() => checkRegistryOptions(options));
    expect(error.faults).toHaveLength(faults);
    expect(error.message).toMatch(/^createRegistry: /);
  });
});

describe("checkViaOptions", () => {
  it.each([[{}], [{ value: undefined }], [{ value: 7, waitMs: 0 }], [{ waitMs: Number.POSITIVE_INFINITY }]])(
    "takes %j",
    (options) => {
      expect(() => checkViaOptions(options)).not.toThrow();
    },
  );

  it.each([[{ waitMs: -1 }], [{ waitMs: "1s" }], [{ wait: 5 }]])("refuses %j", (options) => {
    expect(refused(() => checkViaOptions(options)).message).toMatch(/^via: /);
  });
});

function refused(check: () => void): InvalidOptionsError {
  try {
    check();
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
