import { BenchFault, type Outcome } from "./work.ts";

/** How one kind of actor is started, looked at and stopped. */
export interface Weighed<A> {
  start(index: number): A | Promise<A>;
  isAlive(actor: A): boolean | Promise<boolean>;
  stop(actor: A): unknown;
}

/** Starts so many actors and answers what the heap grew by; the list that holds them is made before. */
export async function weigh<A>(count: number, kind: Weighed<A>): Promise<Outcome> {
  const actors = new Array<A | undefined>(count).fill(undefined);
  const before = heapAfterCollection();
  for (let index = 0; index < count; index += 1) actors[index] = await kind.start(index);
  const bytes = heapAfterCollection() - before;
  let counted = 0;
  for (const actor of actors) if (actor !== undefined && (await kind.isAlive(actor))) counted += 1;
  for (const actor of actors) if (actor !== undefined) await kind.stop(actor);
  return { counted, bytes };
}

/** What nobody has any more is collected, and what is left is old. */
export function collect(): void {
  if (globalThis.gc === undefined) throw new BenchFault("collecting needs --expose-gc");
  globalThis.gc();
  globalThis.gc();
}

function heapAfterCollection(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
