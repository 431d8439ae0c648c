import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeScratch } from "./postgres-server.ts";
import { runAudit } from "./run.ts";
import { deadPort, endless, hang, serveWeb, status, type WebServer } from "./web-server.ts";

let folder: string;
let server: WebServer;

beforeAll(async () => {
  folder = await makeScratch();
  await mkdir(join(folder, "clean"));
  await writeFile(join(folder, "clean", "index.md"), "# Clean\n\n[top](#clean)\n");
  await writeFile(join(folder, "clean", "picture.png"), "");
  await symlink("circle", join(folder, "circle"));
  server = await serveWeb({
    "/circle": status(302, { location: "/circle" }),
    "/image": status(200, { "content-type": "image/png" }),
    "/broken": status(500),
    "/hanging": hang,
    "/endless": endless,
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("the command", () => {
  it("explains itself", async () => {
    const { code, stdout } = await runAudit(["--help"]);
    expect([code, stdout.split("\n", 1)[0]]).toEqual([0, "Usage: npm start [-- <folder or URL> [options]]"]);
  });

  it.each([
    [["--shiny"], "unknown option --shiny"],
    [["a", "b"], "one folder or URL, not 2: a b"],
    [["/no/such/folder"], 'cannot read "/no/such/folder": no such file or folder'],
    [["ftp://example.org"], 'cannot read "ftp://example.org": ftp: is not http: or https:'],
    [["http://["], 'cannot read "http://[": not a valid address'],
  ])("ends with 2 and one line on %j", async (args, line) => {
    expect(await runAudit(args)).toEqual({ code: 2, stdout: "", stderr: `link-audit: ${line}\n` });
  });

  it.each([
    ["circle", "symbolic links in a circle"],
    ["clean/picture.png", "not an HTML or Markdown page"],
  ])("ends with 2 on %s, which cannot be read", async (name, why) => {
    const path = join(folder, name);
    const stderr = `link-audit: cannot read ${JSON.stringify(path)}: ${why}\n`;
    expect(await runAudit([path])).toEqual({ code: 2, stdout: "", stderr });
  });

  it.each([
    ["/circle", "redirects in a circle"],
    ["/image", "image/png is not an HTML or Markdown page"],
    ["/broken", "500 Internal Server Error"],
    ["/hanging", "no answer within 300 ms"],
    ["/endless", "larger than 10000 bytes"],
  ])("ends with 2 on a site that begins with %s", async (path, why) => {
    const url = server.url + path;
    const { code, stdout, stderr } = await runAudit([url, "--timeout-ms", "300", "--max-bytes", "10000"]);
    expect([code, stdout, stderr]).toEqual([2, "", `link-audit: cannot read "${url}": ${why}\n`]);
  });

  it("ends with 2 on a site that refuses", async () => {
    const url = `http://127.0.0.1:${await deadPort()}/`;
    const { code, stderr } = await runAudit([url]);
    expect([code, stderr]).toEqual([2, `link-audit: cannot read "${url}": connection refused\n`]);
  });

  it("ends with 0 and one line on a folder where all is well", async () => {
    const input = join(folder, "clean");
    const { code, stdout } = await runAudit([input]);
    expect([code, stdout]).toEqual([
      0,
      `${input}: 1 page, 1 link (0 lead outside, not checked): none broken\n`,
    ]);
  });

  it("audits one file when it is given one", async () => {
    const input = join(folder, "clean", "index.md");
    const { code, stdout } = await runAudit([input, "--json"]);
    expect([code, JSON.parse(stdout)]).toEqual([0, { input, pages: 1, links: 1, broken: [] }]);
  });
});
