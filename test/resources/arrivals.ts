/** What comes one after the other, and waiting for so many of it. */
export interface Arrivals<T> {
  readonly all: readonly T[];
  add(one: T): void;
  /** Settles when at least `count` have come. */
  count(count: number): Promise<void>;
}

export function arrivals<T>(): Arrivals<T> {
  const all: T[] = [];
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  return {
    all,
    add: (one) => {
      all.push(one);
      for (const waiter of waiting)
        if (all.length >= waiter.count && waiting.delete(waiter)) waiter.resolve();
    },
    count: (count) =>
      all.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.add({ count, resolve })),
  };
}
