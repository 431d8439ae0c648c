/**
 * What is wrong with a request, found before Node sees it: Node ends the whole session, and with it
 * everybody's requests, over a header name that is no token.
 *
 * @module
 */

import { validateHeaderName, validateHeaderValue } from "node:http";
import { toError } from "../../core/errors.ts";
import type { Http2Request } from "./request.ts";

/**
 * @returns one error a fault, empty when the request can be sent
 *
 * @example
 * ```ts
 * requestFaults({ path: "/caf%C3%A9" }); //=> []
 * requestFaults({ path: "/café" }).map((fault) => fault.message); //=> ['path must be percent-encoded and start with "/", not "/café"']
 * ```
 */
export function requestFaults({ method = "GET", path, headers = {} }: Http2Request): readonly Error[] {
  const faults: Error[] = [];
  if (!/^[A-Za-z-]+$/.test(method))
    faults.push(new Error(`method must be a word, not ${JSON.stringify(method)}`));
  if (typeof path !== "string" || !/^(\/[\x21-\x7e]*|\*)$/.test(path)) {
    faults.push(new Error(`path must be percent-encoded and start with "/", not ${JSON.stringify(path)}`));
  }
  for (const [name, value] of Object.entries(headers)) {
    const fault = headerFault(name, value);
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

function headerFault(name: string, value: string | readonly string[]): Error | undefined {
  try {
    validateHeaderName(name);
    for (const one of typeof value === "string" ? [value] : value) validateHeaderValue(name, one);
    return undefined;
  } catch (error) {
    return toError(error);
  }
}
