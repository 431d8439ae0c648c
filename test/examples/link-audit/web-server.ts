import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";

/** What a test server answers under each path; a missing path is 404. */
export type Routes = Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>>;

/** A server on this machine, and how often each path was asked for. */
export interface WebServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: ReadonlyMap<string, number>;
}

/** Serves `routes` over HTTP/1.1 on a free port. */
export async function serveWeb(routes: Routes): Promise<WebServer> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url!.split("?", 1)[0]!;
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const route = routes[path];
    if (route === undefined) response.writeHead(404).end();
    else route(response, request);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers with an HTML page. */
export function html(body: string) {
  return (response: ServerResponse) =>
    void response.writeHead(200, { "content-type": "text/html" }).end(body);
}

/** Answers with a status and headers alone. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}) {
  return (response: ServerResponse) => void response.writeHead(code, headers).end();
}

/** Takes the request and never answers. */
export function hang(): void {}

/** Begins a page that never ends. */
export function endless(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/html" });
  const piece = "<p>and so on</p>\n".repeat(4_096);
  const more = (): void => {
    while (!response.destroyed && response.write(piece)) {
      // as long as somebody reads
    }
  };
  response.on("drain", more);
  more();
}

/** A port that nobody listens on. */
export async function deadPort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
