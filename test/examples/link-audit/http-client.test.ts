import { createRegistry, createSystem } from "troupe";
import { describe, expect, it } from "vitest";
import { HttpClient } from "../../../examples/link-audit/http-client.ts";
import { deadPort, hang, html, serveWeb } from "./web-server.ts";

const LIMITS = { timeoutMs: 2_000, maxBytes: 1_000 };

async function startClient() {
  const system = createSystem({ logger: false });
  const connections = createRegistry(system, { keys: "duplicate" });
  const join = { registry: connections, key: "inside" };
  const client = await system.start(HttpClient, { join, sockets: 2, connectTimeoutMs: 1_000 });
  return { system, connections, client };
}

describe("HttpClient", () => {
  it("registers while it lives, and answers", async () => {
    await using server = await serveWeb({ "/": html("<p>hello") });
    const { system, connections, client } = await startClient();
    await using _ = system;
    expect(connections.lookup("inside").map(({ pid }) => pid)).toEqual([client]);
    const asked = await client.call.request({ method: "GET", url: `${server.url}/`, ...LIMITS });
    expect(asked).toMatchObject({ ok: true, answer: { status: 200 } });
    await client.stop();
    expect(connections.lookup("inside")).toEqual([]);
  });

  it("answers with the fault of a server, and outlives it", async () => {
    const { system, client } = await startClient();
    await using _ = system;
    const url = `http://127.0.0.1:${await deadPort()}/`;
    const refused = { ok: false, fault: { reason: "connection refused", again: false } };
    expect(await client.call.request({ method: "GET", url, ...LIMITS })).toEqual(refused);
    expect(await client.call.request({ method: "GET", url, ...LIMITS })).toEqual(refused);
  });

  it("does not wait for one server with the others", async () => {
    await using server = await serveWeb({ "/hanging": hang, "/": html("x") });
    const { system, client } = await startClient();
    await using _ = system;
    const slow = client.call.request({ method: "GET", url: `${server.url}/hanging`, ...LIMITS });
    const fast = await client.call.request({ method: "GET", url: `${server.url}/`, ...LIMITS });
    expect(fast.ok).toBe(true);
    client.exit("kill");
    await expect(slow).rejects.toMatchObject({ code: "ERR_EXITED", reason: { kind: "killed" } });
  });
});
