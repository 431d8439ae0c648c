/**
 * How requests and answers lie on the wire: what an id is, where a message ends, and how it is made of bytes.
 *
 * A codec is four lines for a protocol of lines:
 *
 * ```ts
 * import { Buffer } from "node:buffer";
 *
 * const lines: Codec<string, string> = {
 *   encode: (id, request) => `${id} ${request}\n`,
 *   decoder: () => {
 *     let rest = "";
 *     return {
 *       *push(chunk) {
 *         const whole = (rest + Buffer.from(chunk).toString("latin1")).split("\n");
 *         rest = whole.pop() ?? "";
 *         for (const line of whole) yield { id: Number.parseInt(line, 10), value: line.replace(/^\d+ /, "") };
 *       },
 *     };
 *   },
 * };
 * lines.encode(7, "ping"); //=> "7 ping\n"
 * [...lines.decoder().push(Buffer.from("7 pong\n8 p"))]; //=> [{ id: 7, value: "pong" }]
 * ```
 *
 * @module
 */

import type { RemoteFault } from "../errors.ts";

/** The answer to one request. */
export type MultiplexedAnswer<Response> =
  | { readonly id: number; readonly value: Response }
  /** The peer failed at this one request: its caller gets `ERR_REMOTE`. */
  | { readonly id: number; readonly fault: RemoteFault };

/** Takes apart what comes over one connection. */
export interface Decoder<Response> {
  /**
   * Takes the next bytes, however they were cut on the way.
   *
   * @returns the answers that are whole now, in their order
   * @throws when the bytes make no sense any more: the connection is given up and made anew
   */
  push(chunk: Uint8Array): Iterable<MultiplexedAnswer<Response>>;
}

/** A wire format of requests and answers that carry an id. */
export interface Codec<Request, Response> {
  /**
   * A whole request, as it is sent.
   *
   * @param id - unique among the requests on their way; a whole number from 1 to 2³² − 1
   * @throws when this request cannot be sent: it alone is refused, with `ERR_BAD_MESSAGE`
   */
  encode(id: number, request: Request): Uint8Array | string;
  /** A decoder for a new connection. */
  decoder(): Decoder<Response>;
}
