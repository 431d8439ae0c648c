import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readyForTypeScript } from "../../src/cli/typescript.ts";

/** A place without any package. */
const cwd = tmpdir();
const inTypeScript = join(cwd, "shop.ts");

describe("readyForTypeScript", () => {
  it("asks nothing of the host for JavaScript", async () => {
    const host = { strips: false, loads: false, cwd };
    const names = ["shop.js", "shop.mjs", "shop.cjs"];
    for (const name of names) expect(await readyForTypeScript(join(cwd, name), host)).toBeUndefined();
  });

  it("is ready where something loads TypeScript already, and where Node strips types", async () => {
    expect(await readyForTypeScript(inTypeScript, { strips: false, loads: true, cwd })).toBeUndefined();
    expect(await readyForTypeScript(inTypeScript, { strips: true, loads: false, cwd })).toBeUndefined();
  });

  it("says what to install where there is neither", async () => {
    expect(await readyForTypeScript(inTypeScript, { strips: false, loads: false, cwd })).toBe(
      `Node ${process.versions.node} does not load TypeScript by itself; install tsx (npm install --save-dev tsx), or use Node 22.18 or later`,
    );
  });
});
