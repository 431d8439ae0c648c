/** The program of an origin: `http1` or `http2` on loopback, in a process of its own; tells its parent port and counts. */
import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { ORIGIN_SAYS } from "./origin.ts";

let served = 0;
const headers = { "content-type": "text/plain", "content-length": String(ORIGIN_SAYS.length) };
const server =
  process.argv[2] === "http2"
    ? createHttp2Server((_, response) => {
        served += 1;
        response.writeHead(200, headers);
        response.end(ORIGIN_SAYS);
      })
    : createHttp1Server({ keepAliveTimeout: 60_000 }, (_, response) => {
        served += 1;
        response.writeHead(200, headers);
        response.end(ORIGIN_SAYS);
      });

process.on("disconnect", () => process.exit(0));
process.on("message", () => {
  process.send?.(served);
  served = 0;
});
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
