/**
 * Answers one HTTP/2 request with a file of a folder.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { typeOfFile } from "./media-type.ts";
import { findFile } from "./static-file.ts";

const {
  HTTP2_HEADER_ALLOW: ALLOW,
  HTTP2_HEADER_CONTENT_LENGTH: CONTENT_LENGTH,
  HTTP2_HEADER_CONTENT_TYPE: CONTENT_TYPE,
  HTTP2_HEADER_LOCATION: LOCATION,
  HTTP2_HEADER_METHOD: METHOD,
  HTTP2_HEADER_PATH: PATH,
  HTTP2_HEADER_STATUS: STATUS,
} = constants;

/** Bytes of a file that is read whole, which is faster than piece by piece. */
const SMALL = 65_536;

/** Answers a stream; a client that goes away ends it, whatever happens to the file meanwhile. */
export async function answerStream(
  folder: string,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  stream.on("error", () => {}); // a client that resets its stream is nobody's fault here
  const method = String(headers[METHOD]);
  if (method !== "GET" && method !== "HEAD") {
    stream.respond({ [STATUS]: 405, [ALLOW]: "GET, HEAD" }, { endStream: true });
    return;
  }
  const found = await findFile(folder, String(headers[PATH]));
  if (isGone(stream)) return;
  if (found.kind === "missing") stream.respond({ [STATUS]: 404 }, { endStream: true });
  if (found.kind === "forbidden") stream.respond({ [STATUS]: 403 }, { endStream: true });
  if (found.kind === "moved") stream.respond({ [STATUS]: 301, [LOCATION]: found.to }, { endStream: true });
  if (found.kind !== "file") return;
  const type = { [CONTENT_TYPE]: typeOfFile(found.path) };
  if (method === "HEAD") {
    stream.respond({ [STATUS]: 200, ...type, [CONTENT_LENGTH]: found.size }, { endStream: true });
    return;
  }
  if (found.size > SMALL) {
    const onError = (error: NodeJS.ErrnoException) => refuse(stream, error);
    stream.respondWithFile(found.path, { [STATUS]: 200, ...type }, { onError });
    return;
  }
  const content = await readFile(found.path).catch((error: NodeJS.ErrnoException) => error);
  if (isGone(stream)) return;
  if (content instanceof Error) return refuse(stream, content);
  stream.respond({ [STATUS]: 200, ...type, [CONTENT_LENGTH]: content.length });
  stream.end(content);
}

/** The file went away or may not be read; the headers are not sent yet. */
function refuse(stream: ServerHttp2Stream, error: NodeJS.ErrnoException): void {
  if (isGone(stream)) return;
  stream.respond({ [STATUS]: error.code === "ENOENT" ? 404 : 403 }, { endStream: true });
}

/** The client has reset the stream, or is gone itself: nothing can be answered. */
function isGone(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed;
}
