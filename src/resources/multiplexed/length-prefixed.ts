/**
 * The usual frame: its length, the request's id, and the body.
 *
 * ```text
 *   0        4        8
 *   ├────────┼────────┼───────────────────┤
 *   │ length │   id   │ body              │      both numbers are unsigned, 32 bits, big-endian;
 *   └────────┴────────┴───────────────────┘      the length counts the id and the body
 * ```
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { toError } from "../../core/errors.ts";
import { describe } from "../../core/exit-reason.ts";
import { TooLargeError } from "../errors.ts";
import type { Codec, Decoder, MultiplexedAnswer } from "./codec.ts";

const LENGTH_BYTES = 4;
const ID_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + ID_BYTES;

/** What bodies are. */
export interface LengthPrefixedOptions<Request, Response> {
  /** Bytes of a body of an answer, at the most: a peer that announces more is given up. 16 MiB when absent. */
  readonly maxBytes?: number;
  /** A request's body; the request itself when absent. A throw refuses this request alone. */
  readonly write: (request: Request) => Uint8Array | string;
  /** An answer of its body; the bytes themselves when absent. A throw fails this request alone. */
  readonly read: (body: Uint8Array) => Response;
}

/** Frames with a length before them, of bytes. */
export function lengthPrefixed(options?: {
  readonly maxBytes?: number;
}): Codec<Uint8Array | string, Uint8Array>;
/**
 * Frames with a length before them.
 *
 * @example
 * ```ts
 * const json = lengthPrefixed<object, unknown>({
 *   write: (request) => JSON.stringify(request),
 *   read: (body) => JSON.parse(new TextDecoder().decode(body)),
 * });
 * const frame = json.encode(7, { ping: 1 });
 * [...json.decoder().push(frame as Uint8Array)]; //=> [{ id: 7, value: { ping: 1 } }]
 * ```
 *
 * @follows gen_tcp `{packet, 4}`, whose four bytes count what follows them
 */
export function lengthPrefixed<Request, Response>(
  options: LengthPrefixedOptions<Request, Response>,
): Codec<Request, Response>;
export function lengthPrefixed(
  options: Partial<LengthPrefixedOptions<unknown, unknown>> = {},
): Codec<unknown, unknown> {
  const {
    maxBytes = 16_777_216,
    write = (request) => request as Uint8Array,
    read = (body) => body,
  } = options;
  return {
    encode: (id, request) => encodeFrame(id, write(request)),
    decoder: () => new FrameDecoder(maxBytes, read),
  };
}

function encodeFrame(id: number, body: Uint8Array | string): Uint8Array {
  const isText = typeof body === "string";
  // Of anything else that has a byteLength the frame would hold what memory held before.
  if (!isText && !(body instanceof Uint8Array))
    throw new TypeError(`a body must be a string or a Uint8Array, not ${describe(body)}`);
  const bodyBytes = isText ? Buffer.byteLength(body) : body.byteLength;
  const frame = Buffer.allocUnsafe(HEAD_BYTES + bodyBytes);
  frame.writeUInt32BE(ID_BYTES + bodyBytes, 0);
  frame.writeUInt32BE(id, LENGTH_BYTES);
  if (isText) frame.write(body, HEAD_BYTES);
  else frame.set(body, HEAD_BYTES);
  return frame;
}

class FrameDecoder<Response> implements Decoder<Response> {
  readonly #maxBytes: number;
  readonly #read: (body: Uint8Array) => Response;
  /** What has come and is no whole frame yet; pieces are put together once there are enough of them. */
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Bytes until the next frame, or its length, is whole. */
  #wanted = LENGTH_BYTES;

  constructor(maxBytes: number, read: (body: Uint8Array) => Response) {
    this.#maxBytes = maxBytes;
    this.#read = read;
  }

  *push(chunk: Uint8Array): Generator<MultiplexedAnswer<Response>> {
    this.#pieces.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#bytes += chunk.byteLength;
    if (this.#bytes < this.#wanted) return;
    const whole =
      this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces, this.#bytes);
    let at = 0;
    while (whole.length - at >= LENGTH_BYTES) {
      const frameBytes = LENGTH_BYTES + this.#checkedLength(whole.readUInt32BE(at));
      this.#wanted = frameBytes;
      if (whole.length - at < frameBytes) break;
      yield this.#answer(
        whole.readUInt32BE(at + LENGTH_BYTES),
        whole.subarray(at + HEAD_BYTES, at + frameBytes),
      );
      at += frameBytes;
      this.#wanted = LENGTH_BYTES;
    }
    this.#bytes = whole.length - at;
    this.#pieces = this.#bytes === 0 ? [] : [whole.subarray(at)];
  }

  #checkedLength(length: number): number {
    if (length < ID_BYTES) throw new RangeError(`a frame of ${length} bytes has no room for an id`);
    if (length - ID_BYTES > this.#maxBytes) throw new TooLargeError("an answer", this.#maxBytes);
    return length;
  }

  #answer(id: number, body: Buffer): MultiplexedAnswer<Response> {
    try {
      return { id, value: this.#read(body) };
    } catch (error) {
      const { name, message } = toError(error);
      return { id, fault: { name, message: `its answer cannot be read: ${message}` } };
    }
  }
}
