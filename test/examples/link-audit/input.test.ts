import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInput } from "../../../examples/link-audit/input.ts";
import { makeScratch, withoutRights } from "./postgres-server.ts";
import { deadPort, hang, html, serveWeb, status } from "./web-server.ts";

const LIMITS = { timeoutMs: 300, maxBytes: 10_000 };
let folder: string;

beforeAll(async () => {
  folder = await makeScratch();
  await mkdir(join(folder, "docs"));
  await writeFile(join(folder, "docs", "a b.md"), "# A");
  await writeFile(join(folder, "docs", "index.html"), "<p>");
  await writeFile(join(folder, "docs", "x.png"), "");
  await symlink("docs", join(folder, "linked"));
  await symlink("circle", join(folder, "circle"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("openInput", () => {
  it.each(["docs", "./linked/"])(
    "begins with all pages of the folder %s, under its real name",
    async (name) => {
      const root = pathToFileURL(`${join(folder, "docs")}/`).href;
      expect(await openInput(name, folder, LIMITS)).toEqual({
        ok: true,
        input: {
          shown: name,
          scope: { kind: "folder", root },
          entries: [
            { key: `${root}a%20b.md`, shown: "a b.md" },
            { key: `${root}index.html`, shown: "index.html" },
          ],
          folder: join(folder, "docs"),
          protocol: "h2",
        },
      });
    },
  );

  it("begins with one file when it is given one", async () => {
    const opened = await openInput("docs/index.html", folder, LIMITS);
    expect(opened).toMatchObject({ ok: true, input: { entries: [{ shown: "index.html" }] } });
  });

  it("begins with the project's own documentation when it is given nothing", async () => {
    const opened = await openInput(undefined, folder, LIMITS);
    const shown = opened.ok ? opened.input.entries.map((entry) => entry.shown) : [];
    expect(shown).toContain("README.md");
    expect(shown).toContain("docs/semantics.md");
    expect(shown.filter((name) => !/^(?:docs\/.*|[^/]+\.md)$/.test(name))).toEqual([]);
  });

  it("begins a site where its redirects end", async () => {
    await using server = await serveWeb({ "/": status(302, { location: "/start" }), "/start": html("<p>") });
    const url = `${server.url}/start`;
    expect(await openInput(server.url, folder, LIMITS)).toEqual({
      ok: true,
      input: {
        shown: server.url,
        scope: { kind: "site", origin: server.url },
        entries: [{ key: url, shown: url }],
        folder: undefined,
        protocol: "http/1.1",
      },
    });
  });

  it.each([
    ["none", "no such file or folder"],
    ["docs/a b.md/c", "no such file or folder"],
    ["circle", "symbolic links in a circle"],
    ["docs/x.png", "not an HTML or Markdown page"],
    ["/dev/null", "neither a file nor a folder"],
    ["x".repeat(5_000), "the name is too long"],
    ["ftp://example.org", "ftp: is not http: or https:"],
    ["http://[", "not a valid address"],
  ])("says why %s cannot be read", async (name, why) => {
    expect(await openInput(name, folder, LIMITS)).toEqual({
      ok: false,
      why: `cannot read ${JSON.stringify(name)}: ${why}`,
    });
  });

  it.skipIf(process.platform === "win32").each([
    ["closed.md", "a file"],
    ["closed", "a folder"],
  ])("refuses %s, %s that may not be read", async (name) => {
    const path = join(folder, name);
    await (name === "closed" ? mkdir(path) : writeFile(path, "# Closed"));
    await chmod(path, 0);
    const opened = await withoutRights(() => openInput(name, folder, LIMITS));
    expect(opened).toEqual({ ok: false, why: `cannot read "${name}": permission denied` });
  });

  it("says why a site cannot be read", async () => {
    await using server = await serveWeb({ "/hanging": hang });
    for (const [url, why] of [
      [`${server.url}/hanging`, "no answer within 300 ms"],
      [`http://127.0.0.1:${await deadPort()}`, "connection refused"],
    ]) {
      expect(await openInput(url, folder, LIMITS)).toEqual({
        ok: false,
        why: `cannot read "${url}": ${why}`,
      });
    }
  });
});
