/**
 * The `call` and `cast` members of an address: one class a definition, with a real method for each
 * handler, so that go-to-definition and stack traces work. No Proxy.
 *
 * @module
 */

import type { Asked, Door, Face, FaceTarget } from "./behaviour.ts";

const TARGET: unique symbol = Symbol("troupe.target");

interface Faced {
  readonly [TARGET]: FaceTarget;
}

/** The class whose methods ask through `doors`. */
export function callFace(doors: ReadonlyMap<string, Door>): Face {
  const face = emptyFace();
  for (const [name, door] of doors) {
    define(face, name, door.asked === undefined ? plain(door) : asAsked(door, door.asked));
  }
  return face;
}

type Method = (this: Faced, ...input: unknown[]) => unknown;

function plain(door: Door): Method {
  return function (this: Faced, input?: unknown, options?: unknown) {
    return this[TARGET].ask(door, input, options);
  };
}

function asAsked(door: Door, { spread = false, options: defaults }: Asked): Method {
  return function (this: Faced, ...inputs: unknown[]) {
    if (spread) return this[TARGET].ask(door, inputs, defaults);
    return this[TARGET].ask(door, inputs[0], inputs[1] ?? defaults);
  };
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

function define(face: Face, name: string, method: Method): void {
  Object.defineProperty(method, "name", { value: name });
  Object.defineProperty(face.prototype, name, { value: method, enumerable: true, writable: false });
}
