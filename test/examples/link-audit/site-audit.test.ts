import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createSecureServer } from "node:http2";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { selfSigned } from "../../resources/http2/certificate.ts";
import { makeScratch } from "./postgres-server.ts";
import { auditJson, runAudit } from "./run.ts";
import { deadPort, endless, hang, html, serveWeb, status } from "./web-server.ts";

let scratch: string;

beforeAll(async () => {
  scratch = await makeScratch();
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** A page with one link a line. */
function linking(...targets: readonly string[]) {
  return html(targets.map((target) => `<a href="${target}">x</a>`).join("\n"));
}

/** `line target reason` of what is broken. */
function faultsOf({ broken }: Awaited<ReturnType<typeof auditJson>>): string[] {
  return broken.map(({ line, target, reason }) => `${line} ${target} ${reason}`);
}

describe("a site over HTTP/1.1", { timeout: 240_000 }, () => {
  it("gives each way to fail its own reason, and follows what works", async () => {
    await using server = await serveWeb({
      "/": linking(
        "/a#here",
        "/hang",
        "/endless",
        "/500",
        "/circle",
        "/moved#part",
        "/cut",
        "/slow.bin",
        "/none.css",
        "/away",
      ),
      "/a": html("<p id=here><a href='?x=1#gone'>x</a>"),
      "/hang": hang,
      "/endless": endless,
      "/500": status(500),
      "/circle": status(301, { location: "/circle2" }),
      "/circle2": status(301, { location: "/circle" }),
      "/moved": status(301, { location: "/a" }),
      "/cut": (response) => response.destroy(),
      "/slow.bin": (response, { method }) =>
        void (method === "HEAD" ? response.writeHead(200, { "content-type": "video/mp4" }).end() : hang()),
      "/away": status(302, { location: "https://example.org/" }),
    });
    const report = await auditJson([server.url, "--timeout-ms", "500", "--max-bytes", "20000"]);
    expect(report).toMatchObject({ input: server.url, pages: 3, links: 12 });
    expect(faultsOf(report)).toEqual([
      "2 /hang no answer within 500 ms",
      "3 /endless larger than 20000 bytes",
      "4 /500 500 Internal Server Error",
      "5 /circle redirects in a circle",
      "6 /moved#part no anchor #part",
      "7 /cut connection lost",
      "9 /none.css 404 Not Found",
      "1 ?x=1#gone no anchor #gone",
      "1 ?x=1#gone no anchor #gone",
    ]);
  });

  it("asks for each address once, however many links lead to it", async () => {
    const links = Array.from({ length: 10_000 }, (_, index) => `/page?n=${index % 7}#top`);
    await using server = await serveWeb({ "/": linking(...links), "/page": linking("/", "/page?n=0") });
    const report = await auditJson([server.url]);
    expect(report).toMatchObject({ pages: 8, links: 10_014, broken: [] });
    expect(server.asked.get("/page")).toBe(7);
  });

  it("counts links that leave, and checks them only when told to", async () => {
    await using elsewhere = await serveWeb({ "/here": linking("/not-followed") });
    const refused = `http://127.0.0.1:${await deadPort()}/`;
    const targets = [`${elsewhere.url}/here#any`, `${elsewhere.url}/gone`, refused, "mailto:a@b.example"];
    await using server = await serveWeb({ "/": linking(...targets) });
    expect(await auditJson([server.url])).toMatchObject({ pages: 1, links: 3, broken: [] });
    expect([...elsewhere.asked]).toEqual([]);
    const report = await auditJson([server.url, "--external"]);
    expect(faultsOf(report)).toEqual([
      `2 ${elsewhere.url}/gone 404 Not Found`,
      `3 ${refused} connection refused`,
    ]);
    expect(elsewhere.asked.has("/not-followed")).toBe(false);
  });

  it("gives up on a site without end", async () => {
    await using server = await serveWeb({
      "/": (response, request) => {
        const n = Number(new URL(request.url!, "http://x").searchParams.get("n"));
        html(`<a href="/?n=${2 * n + 1}">x</a><a href="/?n=${2 * n + 2}">x</a>`)(response);
      },
    });
    const { code, stderr } = await runAudit([server.url, "--max-pages", "50"]);
    expect(code).toBe(2);
    expect(stderr).toContain("holds more than 50 addresses (--max-pages)\n");
  });
});

describe("a site over TLS", { timeout: 240_000 }, () => {
  const pages: Readonly<Record<string, string>> = {
    "/": '<a href="/b#here">x</a>\n<a href="/gone">x</a>',
    "/b": "<p id=here>",
  };

  it.each(["h2", "http/1.1"])("is read over %s, and says the same under chaos", async (protocol) => {
    const certificate = selfSigned();
    const ca = join(scratch, "ca.pem");
    await writeFile(ca, certificate.cert);
    const spoken = new Set<string>();
    const answer = (
      request: { url?: string | undefined; httpVersion: string },
      response: { writeHead(status: number, headers: object): { end(text?: string): unknown } },
    ): void => {
      spoken.add(request.httpVersion);
      const page = pages[request.url!];
      response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" }).end(page);
    };
    const server =
      protocol === "h2"
        ? createSecureServer({ ...certificate, allowHTTP1: true }, answer as never)
        : createTlsServer(certificate, answer as never);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const env = { NODE_EXTRA_CA_CERTS: ca };
    const calm = await runAudit([url, "--json"], env);
    expect(JSON.parse(calm.stdout)).toMatchObject({
      pages: 2,
      links: 2,
      broken: [{ line: 2, target: "/gone" }],
    });
    expect(spoken.has(protocol === "h2" ? "2.0" : "1.1")).toBe(true);
    expect((await runAudit([url, "--json", "--chaos"], env)).stdout).toBe(calm.stdout);
    server.close();
  });

  it("is refused when its certificate is not trusted", async () => {
    const server = createTlsServer(selfSigned()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { code, stderr } = await runAudit([`https://127.0.0.1:${(server.address() as AddressInfo).port}/`]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("certificate not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)"),
    ]);
    server.close();
  });
});
