/**
 * Where a checkout pool gets what it lends: resources as a user describes them, or actors.
 *
 * @module
 */

import type { Resource } from "./resource.ts";

/** A resource that may tell by itself that it has ended. */
export interface Source<R> extends Resource<R> {
  /** Calls back, once or more, when `resource` has ended without being closed; inside the turn of its end. */
  readonly watch?: (resource: R, ended: () => void) => void;
}
