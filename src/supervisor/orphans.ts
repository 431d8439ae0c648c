/**
 * What becomes of the children of a supervisor that dies without having stopped them, because it was
 * killed: they get its exit signal, and the supervisor is over only when they are. So its own supervisor
 * starts nothing anew that still runs.
 *
 * @module
 */

import type { Self } from "../actors/definition.ts";
import { processOf } from "../actors/process.ts";
import type { Child } from "./child.ts";
import { all } from "./procedure.ts";

/** The children that a supervisor might leave behind. */
export class Orphans {
  readonly #self: Self;

  /** @param children - those it has at the moment of its death */
  constructor(self: Self, children: () => Iterable<Child>) {
    this.#self = self;
    processOf(self.pid).watch({
      stopping: () => undefined,
      died: () => {
        for (const child of children()) child.release();
      },
    });
    self.own(children, () => whenOver([...children()]));
  }

  /** All have been stopped: nothing is left to wait for. */
  none(): void {
    processOf(this.#self.pid).ties?.owned?.splice(0);
  }
}

function whenOver(children: readonly Child[]): Promise<void> {
  return new Promise((done) => all(children.map((child) => child.over))(() => done()));
}
