import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { folderOf, loadModule, whyMissing } from "../../src/cli/load-module.ts";

const PROGRAMS = "test/cli/programs";
const folder = mkdtempSync(join(tmpdir(), "troupe-modules-"));
const { argv } = process;

afterEach(() => {
  process.argv = argv;
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("loadModule", () => {
  it("takes an application as it is", async () => {
    const loaded = await loadModule(`${PROGRAMS}/application.ts`, []);
    expect(loaded.ok && loaded.application.name).toBe("office");
  });

  it("makes one of anything else that can be started, with the file's name, and hands on arguments", async () => {
    const loaded = await loadModule(`${PROGRAMS}/shop.ts`, ["first", "second"]);
    if (!loaded.ok) throw new Error(loaded.why);
    expect(loaded.application.name).toBe("shop");
    const { text } = await loaded.application.plan();
    expect(text).toContain("first: till");
    expect(text).toContain("second: till");
  });

  it.each([
    [
      "object.mjs",
      "export default { name: 'shop' };",
      /exports by default an object that cannot be started; export by default/,
    ],
    ["null.mjs", "export default null;", /exports by default an object that cannot be started/],
    ["nothing.mjs", "", /exports nothing; export by default/],
  ])("refuses %s with 2", async (name, text, why) => {
    expect(await loadModule(file(name, text), [])).toEqual({
      ok: false,
      code: 2,
      why: expect.stringMatching(why),
    });
  });

  it("refuses a module that throws with 1 and its error", async () => {
    const path = file("throwing.mjs", "throw new RangeError('out of paper');");
    expect(await loadModule(path, [])).toEqual({
      ok: false,
      code: 1,
      why: expect.stringMatching(/throwing\.mjs could not be loaded:\nRangeError: out of paper/),
    });
  });
});

describe("whyMissing", () => {
  it("is silent about a file that is there", () => {
    expect(whyMissing(`${PROGRAMS}/shop.ts`)).toBeUndefined();
  });

  it.each([
    [PROGRAMS, /is a folder; name a module in it$/],
    [`${PROGRAMS}/shop`, /; did you mean .*shop\.ts\?$/],
    [`${PROGRAMS}/nowhere.ts`, /^there is no file .*nowhere\.ts in .*[^?]$/],
    ["nowhere/at/all.ts", /^there is no file nowhere\/at\/all\.ts in /],
  ])("says of %s what to do", (given, why) => {
    expect(whyMissing(given)).toMatch(why);
  });
});

describe("folderOf", () => {
  it("is where the module lies", () => {
    expect(folderOf(join(folder, "shop.ts"))).toBe(folder);
  });
});
