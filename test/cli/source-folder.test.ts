import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { SourceFolder } from "../../src/cli/source-folder.ts";

/** A folder that is watched, and what it tells. */
function watched(prepare: (folder: string) => void = () => undefined) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "troupe-watch-")));
  prepare(folder);
  const told: string[] = [];
  let wake: () => void = () => undefined;
  const source = new SourceFolder(folder, (path) => {
    told.push(path);
    wake();
  });
  onTestFinished(() => {
    source.close();
    rmSync(folder, { recursive: true });
  });
  /** Settles once `path` has been told; the test's own time is the limit. */
  const tells = async (path: string): Promise<void> => {
    while (!told.includes(path)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { folder, told, tells, source };
}

describe("SourceFolder", () => {
  it("tells of source files that come and change, and of no others", async () => {
    const { folder, told, tells } = watched();
    writeFileSync(join(folder, "data.json"), "{}");
    writeFileSync(join(folder, "notes.md"), "");
    writeFileSync(join(folder, "a.ts"), "1");
    await tells("a.ts");
    writeFileSync(join(folder, "b.mjs"), "1");
    await tells("b.mjs");
    expect(new Set(told)).toEqual(new Set(["a.ts", "b.mjs"]));
  });

  it("tells of a file that an editor put in the place of the old one", async () => {
    const { folder, tells } = watched((path) => writeFileSync(join(path, "a.ts"), "1"));
    writeFileSync(join(folder, "a.ts~"), "2");
    renameSync(join(folder, "a.ts~"), join(folder, "a.ts"));
    await tells("a.ts");
  });

  it("sees what lies deeper, also in folders that come later", async () => {
    const { folder, tells } = watched((path) => mkdirSync(join(path, "one", "two"), { recursive: true }));
    writeFileSync(join(folder, "one", "two", "a.ts"), "1");
    await tells(join("one", "two", "a.ts"));
    mkdirSync(join(folder, "later"));
    writeFileSync(join(folder, "later", "b.ts"), "1");
    await tells(join("later", "b.ts"));
    writeFileSync(join(folder, "later", "c.ts"), "1");
    await tells(join("later", "c.ts"));
  });

  it("leaves out node_modules and folders that begin with a dot", async () => {
    const { folder, told, tells } = watched((path) => {
      for (const name of ["node_modules", ".cache"]) mkdirSync(join(path, name));
    });
    for (const name of ["node_modules", ".cache"]) writeFileSync(join(folder, name, "a.ts"), "1");
    mkdirSync(join(folder, ".later"));
    writeFileSync(join(folder, ".later", "a.ts"), "1");
    writeFileSync(join(folder, "b.ts"), "1");
    await tells("b.ts");
    expect(new Set(told)).toEqual(new Set(["b.ts"]));
  });

  it("survives a folder that goes away", async () => {
    const { folder, tells } = watched((path) => mkdirSync(join(path, "gone")));
    rmSync(join(folder, "gone"), { recursive: true });
    mkdirSync(join(folder, "gone"));
    writeFileSync(join(folder, "gone", "a.ts"), "1");
    await tells(join("gone", "a.ts"));
  });
});
