import { mkdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSystem, type Pid, type System } from "troupe";
import { Http2Connection } from "troupe/resources/http2";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findFreePort, Origin, originUrl } from "../../../examples/link-audit/origin.ts";
import { makeScratch } from "./postgres-server.ts";

let folder: string;
let port: number;
let system: System;
let client: Pid<typeof Http2Connection>;

beforeAll(async () => {
  folder = await realpath(await makeScratch());
  await mkdir(join(folder, "docs"));
  await writeFile(join(folder, "docs", "README.md"), "# Hello");
  await writeFile(join(folder, "größe 100%.html"), "<p>hello");
  await symlink(".", join(folder, "docs", "circle"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  port = await findFreePort();
  system = createSystem({ logger: false });
  await system.start(Origin, { folder, port });
  client = await system.start(Http2Connection, { origin: originUrl(port) });
  await client.call.ready();
});

afterEach(() => system.stop());

/** Status, headers of interest and text of an answer. */
async function ask(path: string, method = "GET") {
  const { status, headers, body } = await client.call.request({ path, method });
  return {
    status,
    type: headers["content-type"],
    to: headers.location,
    text: new TextDecoder().decode(body),
  };
}

describe("Origin", () => {
  it("serves a page with its type", async () => {
    expect(await ask("/docs/README.md?x=1")).toEqual({
      status: 200,
      type: "text/markdown; charset=utf-8",
      to: undefined,
      text: "# Hello",
    });
    expect(await ask("/gr%C3%B6%C3%9Fe%20100%25.html")).toMatchObject({ status: 200, text: "<p>hello" });
  });

  it("sends a folder on to its index, and a circle to where it ends", async () => {
    expect(await ask("/docs/")).toMatchObject({ status: 301, to: "/docs/README.md" });
    expect(await ask("/docs/circle/circle/README.md")).toMatchObject({ status: 301, to: "/docs/README.md" });
  });

  it("answers HEAD without a body, and refuses what is neither HEAD nor GET", async () => {
    expect(await ask("/docs/README.md", "HEAD")).toMatchObject({ status: 200, text: "" });
    expect(await ask("/docs/README.md", "DELETE")).toMatchObject({ status: 405 });
  });

  it.each(["/none", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"])("does not know %s", async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, text: "" });
  });

  it("frees its port when it ends, so that the next incarnation has it", async () => {
    await system.stop();
    system = createSystem({ logger: false });
    const origin = await system.start(Origin, { folder, port });
    await origin.stop();
    await system.start(Origin, { folder, port });
    client = await system.start(Http2Connection, { origin: originUrl(port) });
    expect(await client.call.ready()).toBe("h2c");
  });

  it("does not start on a port that is taken", async () => {
    await expect(system.start(Origin, { folder, port })).rejects.toMatchObject({
      code: "ERR_START_FAILED",
      cause: { code: "EADDRINUSE" },
    });
  });
});
