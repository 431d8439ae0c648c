/**
 * The `call` and `cast` members of an address: one class a definition, with a real method for each
 * handler, so that go-to-definition and stack traces work. No Proxy.
 *
 * @module
 */

import type { Door, Face, FaceTarget } from "./behaviour.ts";

const TARGET: unique symbol = Symbol("troupe.target");

interface Faced {
  readonly [TARGET]: FaceTarget;
}

/** The class whose methods ask through `doors`. */
export function callFace(doors: ReadonlyMap<string, Door>): Face {
  const face = emptyFace();
  for (const [name, door] of doors) {
    define(face, name, function (this: Faced, input?: unknown, options?: unknown) {
      return this[TARGET].ask(door, input, options);
    });
  }
  return face;
}

/** The class whose methods tell through `doors`. */
export function castFace(doors: ReadonlyMap<string, Door>): Face {
  const face = emptyFace();
  for (const [name, door] of doors) {
    define(face, name, function (this: Faced, input?: unknown) {
      this[TARGET].tell(door, input);
    });
  }
  return face;
}

function emptyFace(): Face {
  return class {
    readonly [TARGET]: FaceTarget;
    constructor(target: FaceTarget) {
      this[TARGET] = target;
    }
  };
}

function define(face: Face, name: string, method: (this: Faced, input?: unknown, options?: unknown) => unknown): void {
  Object.defineProperty(method, "name", { value: name });
  Object.defineProperty(face.prototype, name, { value: method, enumerable: true, writable: false });
}
