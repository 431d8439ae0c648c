import { describe, expect, it } from "vitest";
import { type TableOptions, tableSettings } from "../../../src/resources/table/table-options.ts";

describe("tableSettings", () => {
  it("fills in what is absent and keeps what is given", () => {
    expect(tableSettings({})).toEqual({ name: "table", access: "protected" });
    expect(tableSettings({ name: "turns", access: "public" })).toEqual({ name: "turns", access: "public" });
  });

  it("lists all faults at once", () => {
    const given = { name: 7, access: "secret", named: true } as unknown as TableOptions;
    expect(() => tableSettings(given)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTIONS",
        faults: expect.arrayContaining([
          expect.stringMatching(/^name/),
          expect.stringMatching(/^access must be one of "public", "protected", "private"/),
          'unknown option "named"',
        ]),
      }),
    );
  });
});
