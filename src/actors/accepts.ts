/**
 * Schemas at the door.
 *
 * @module
 */

import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AnyHandler } from "./behaviour.ts";

/** Where {@link accepts} keeps the schema of a handler. */
export const SCHEMA: unique symbol = Symbol("troupe.schema");
/** Where {@link accepts} keeps the handler itself. */
export const HANDLER: unique symbol = Symbol("troupe.handler");

/** A handler with a schema before it. */
export interface CheckedHandler {
  readonly [SCHEMA]: StandardSchemaV1;
  readonly [HANDLER]: AnyHandler;
}

/**
 * Checks the message at the door with any Standard Schema; the caller gives its input, the handler gets
 * its output. What does not fit never reaches the handler: a call rejects with `ERR_BAD_MESSAGE` and the
 * schema's issues, a cast becomes a dead letter. An asynchronous schema is refused with `ERR_ASYNC_SCHEMA`.
 *
 * @param schema - runs in the sender's turn
 * @param handler - a call or cast handler
 */
export function accepts<S, In, Out, X, R>(
  schema: StandardSchemaV1<In, Out>,
  handler: (state: S, input: Out, self: X) => R,
): (state: S, input: In, self: X) => R {
  const checked = (state: S, input: In, self: X): R => handler(state, input as unknown as Out, self);
  return Object.assign(checked, { [SCHEMA]: schema, [HANDLER]: handler });
}
