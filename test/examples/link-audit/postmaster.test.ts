import { readdir, stat } from "node:fs/promises";
import { Client } from "pg";
import { describe, expect, it } from "vitest";
import {
  clientConfigOf,
  ensureDataFolder,
  startPostmaster,
  stopPostmaster,
} from "../../../examples/link-audit/postmaster.ts";
import { createPostgres } from "./postgres-server.ts";
import { deadPort } from "./web-server.ts";

/** Runs one statement over a connection of its own. */
async function query(config: ReturnType<typeof clientConfigOf>, text: string): Promise<unknown[]> {
  const client = new Client(config);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe("startPostmaster", () => {
  it("settles when the server takes connections, and keeps its data over a kill", async () => {
    await using server = await createPostgres();
    const config = clientConfigOf(server.place);
    await server.start();
    await query(config, "create table kept as select 7 as n");
    await server.kill();
    await expect(query(config, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await server.start();
    expect(await query(config, "select n from kept")).toEqual([{ n: 7 }]);
  });

  it("listens on a port of loopback when one is given, and asks for the password there", async () => {
    await using server = await createPostgres(await deadPort());
    await server.start();
    const config = clientConfigOf(server.place);
    expect(await query(config, "select 1 as n")).toEqual([{ n: 1 }]);
    await expect(query({ ...config, password: "wrong" }, "select 1")).rejects.toMatchObject({
      code: "28P01",
    });
  });

  it("rejects with the server's own words when it cannot start", async () => {
    await using server = await createPostgres();
    await server.start();
    await expect(startPostmaster(server.place, () => {})).rejects.toThrow(/lock file .* already exists/);
  });
});

describe("ensureDataFolder", () => {
  it("makes the folder once, for nobody else to enter", async () => {
    await using server = await createPostgres();
    const { folder } = server.place;
    const before = await stat(`${folder}/data/PG_VERSION`);
    await ensureDataFolder(server.place, new AbortController().signal);
    expect((await stat(`${folder}/data/PG_VERSION`)).ino).toBe(before.ino);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it("leaves nothing that looks whole when it is cut short", async () => {
    await using server = await createPostgres();
    const place = { ...server.place, folder: `${server.place.folder}-cut` };
    await expect(ensureDataFolder(place, AbortSignal.abort())).rejects.toThrow();
    expect(await readdir(place.folder)).not.toContain("data");
    await ensureDataFolder(place, new AbortController().signal);
    expect(await readdir(place.folder)).toContain("data");
  });
});

describe("stopPostmaster", () => {
  it("settles when the server is gone, and at once when it was gone before", async () => {
    await using server = await createPostgres();
    let child: Parameters<typeof stopPostmaster>[0] | undefined;
    await startPostmaster(server.place, (started) => {
      child = started;
    });
    await stopPostmaster(child!);
    expect([child!.exitCode, child!.signalCode]).toEqual([0, null]);
    await stopPostmaster(child!);
  });
});
