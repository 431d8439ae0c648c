import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFile, listPages, requestPathTo } from "../../../examples/link-audit/static-file.ts";
import { makeScratch, withoutRights } from "./postgres-server.ts";

let home: string;
let folder: string;

beforeAll(async () => {
  home = await makeScratch();
  folder = join(home, "site");
  await mkdir(join(folder, "docs", "empty"), { recursive: true });
  await mkdir(join(folder, ".hidden"));
  await mkdir(join(folder, "node_modules"));
  const files = [
    "index.html",
    "docs/README.md",
    "docs/größe 100%.md",
    "docs/x.png",
    "a%2Fb.md",
    ".hidden/x.md",
    "node_modules/x.md",
  ];
  for (const file of files) await writeFile(join(folder, file), "text");
  await writeFile(join(home, "secret.md"), "secret");
  await symlink("..", join(folder, "docs", "up"));
  await symlink("loop", join(folder, "loop"));
  await symlink("../secret.md", join(folder, "secret.md"));
  await symlink("nowhere", join(folder, "dangling.md"));
});

afterAll(() => rm(home, { recursive: true, force: true }));

describe("findFile", () => {
  it.each([
    ["/index.html?x=1", "index.html"],
    ["/docs/gr%C3%B6%C3%9Fe%20100%25.md", "docs/größe 100%.md"],
    ["/docs/größe 100%.md", "docs/größe 100%.md"],
    ["/a%252Fb.md", "a%2Fb.md"],
    ["/.hidden/x.md", ".hidden/x.md"],
  ])("finds the file of %s", async (path, file) => {
    expect(await findFile(folder, path)).toEqual({ kind: "file", path: join(folder, file), size: 4 });
  });

  it.each([
    ["/", "/index.html"],
    ["/docs", "/docs/README.md"],
    ["/docs/", "/docs/README.md"],
    ["/docs/up/docs/x.png", "/docs/x.png"],
    ["/docs/up/docs/up/", "/index.html"],
  ])("sends %s on to %s", async (path, to) => {
    expect(await findFile(folder, path)).toEqual({ kind: "moved", to });
  });

  it.each([
    "/none.html",
    "/docs/empty",
    "/docs/empty/",
    "/index.html/",
    "//index.html",
    "/loop",
    "/dangling.md",
    "/a%2Fb.md",
    "/x%00",
  ])("finds nothing at %s", async (path) => {
    expect(await findFile(folder, path)).toEqual({ kind: "missing" });
  });

  it.each([
    "/../secret.md",
    "/docs/../../secret.md",
    "/%2e%2e/secret.md",
    "/..%2Fsecret.md",
    "/docs/%2E%2E/%2E%2E/secret.md",
  ])("does not climb out of the folder by %s", async (path) => {
    expect(await findFile(folder, path)).toEqual({ kind: "missing" });
  });

  it("forbids what a link leads to outside of the folder", async () => {
    expect(await findFile(folder, "/secret.md")).toEqual({ kind: "forbidden" });
  });
});

describe("listPages", () => {
  it("lists each page once, under its own name, and enters no circle", async () => {
    expect(await listPages(folder)).toEqual([
      "/a%252Fb.md",
      "/docs/README.md",
      "/docs/gr%C3%B6%C3%9Fe%20100%25.md",
      "/index.html",
    ]);
  });

  it.skipIf(process.platform === "win32")(
    "lists a folder that may not be read in place of its pages",
    async () => {
      const site = join(home, "partly");
      await mkdir(join(site, "closed"), { recursive: true });
      await writeFile(join(site, "closed", "b.md"), "text");
      await writeFile(join(site, "index.md"), "text");
      await chmod(join(site, "closed"), 0);
      await withoutRights(async () => {
        expect(await listPages(site)).toEqual(["/closed", "/index.md"]);
        for (const path of ["/closed", "/closed/", "/closed/b.md"]) {
          expect(await findFile(site, path)).toEqual({ kind: "forbidden" });
        }
        await expect(listPages(join(site, "closed"))).rejects.toMatchObject({ code: "EACCES" });
      });
      await chmod(join(site, "closed"), 0o755);
    },
  );

  it("rejects when the folder cannot be read", async () => {
    await expect(listPages(join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("requestPathTo", () => {
  it("escapes each name", () => {
    expect(requestPathTo("/s", "/s/a b/ü#?.md")).toBe("/a%20b/%C3%BC%23%3F.md");
  });
});
