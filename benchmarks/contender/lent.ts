import { BenchFault, expectSame } from "./work.ts";

/** A resource that knows how often it was used, and refuses two borrowers at once. */
export class Lent {
  #uses = 0;
  #held = false;

  /** Begins a loan. */
  take(): void {
    if (this.#held) throw new BenchFault("one resource was lent twice at once");
    this.#held = true;
  }

  /** Ends it. */
  giveBack(): void {
    expectSame("held", this.#held, true);
    this.#held = false;
    this.#uses += 1;
  }

  /** Uses since this was last asked. */
  takeUses(): number {
    const uses = this.#uses;
    this.#uses = 0;
    return uses;
  }
}

/** How many resources every pool of the table holds, and how many borrow when they are contended. */
export const poolSize = 10;
export const borrowers = 100;

/** Runs 100 borrowers at once, each for its share of the operations. */
export async function contend(operations: number, borrow: (times: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: borrowers }, () => borrow(operations / borrowers)));
}

/** All uses of all resources since the last round. */
export function takeAllUses(resources: readonly Lent[]): number {
  return resources.reduce((sum, resource) => sum + resource.takeUses(), 0);
}
