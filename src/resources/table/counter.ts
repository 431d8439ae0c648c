/**
 * Counting inside a row: what a row becomes by a list of steps, or what is wrong with them.
 *
 * ```ts
 * countUp(8, [{ by: 1 }]); //=> { ok: true, row: 9, counts: [9] }
 * countUp(9, [{ by: 1, threshold: 9, resetTo: 0 }]); //=> { ok: true, row: 0, counts: [0] }
 * countUp({ hits: 1, misses: 4 }, [{ field: "hits", by: 2 }]);
 * //=> { ok: true, row: { hits: 3, misses: 4 }, counts: [3] }
 * ```
 *
 * @module
 */

/** The fields of a row that hold numbers. */
export type CounterField<Row> = {
  [N in keyof Row]-?: Row[N] extends number ? N : never;
}[keyof Row];

/** One step of a counter: by how much, in which field, and where it begins again. */
export type CounterStep<Row> = {
  /** Added to the number; below 0 it counts down. */
  readonly by: number;
} & (
  | {
      /** A sum past it (above it counting up, below it counting down) becomes `resetTo`. */
      readonly threshold: number;
      readonly resetTo: number;
    }
  | { readonly threshold?: undefined; readonly resetTo?: undefined }
) &
  (Row extends number
    ? { readonly field?: undefined }
    : {
        /** Which number of the row. */
        readonly field: CounterField<Row>;
      });

/** What has become of a row: the row to keep and the number after each step, or all that is wrong. */
export type Counted<Row> =
  | { readonly ok: true; readonly row: Row; readonly counts: readonly number[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** A step as it comes from code that no compiler has seen. */
interface AnyStep {
  readonly by: unknown;
  readonly threshold?: unknown;
  readonly resetTo?: unknown;
  readonly field?: unknown;
}

/** Takes all steps, one after the other, or none. The row that was given stays as it is. */
export function countUp<Row>(given: Row, steps: readonly CounterStep<Row>[]): Counted<Row> {
  const faults: string[] = [];
  const counts: number[] = [];
  let row = given;
  for (const step of steps as readonly AnyStep[]) {
    const found = stepFaults(row, step);
    faults.push(...found);
    if (found.length > 0) continue;
    const count = next(numberIn(row, step.field) as number, step);
    counts.push(count);
    row = (step.field === undefined ? count : replaced(row, step.field as string, count)) as Row;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, row, counts };
}

/** Another row of the same kind: a tuple stays one. */
function replaced(row: unknown, field: string, count: number): unknown {
  return Object.assign(Array.isArray(row) ? [...row] : { ...(row as object) }, { [field]: count });
}

function next(count: number, { by, threshold, resetTo }: AnyStep): number {
  const sum = count + (by as number);
  if (threshold === undefined) return sum;
  const isPast = (by as number) < 0 ? sum < (threshold as number) : sum > (threshold as number);
  return isPast ? (resetTo as number) : sum;
}

function stepFaults(row: unknown, step: AnyStep): string[] {
  const faults: string[] = [];
  for (const name of ["by", "threshold", "resetTo"] as const) {
    if ((name === "by" || step[name] !== undefined) && !Number.isFinite(step[name]))
      faults.push(`${name} must be a number, neither infinite nor NaN`);
  }
  if ((step.threshold === undefined) !== (step.resetTo === undefined))
    faults.push("threshold and resetTo go together");
  if (typeof numberIn(row, step.field) !== "number")
    faults.push(
      step.field === undefined ? "the row is no number: name a field" : `${String(step.field)} is no number`,
    );
  return faults;
}

function numberIn(row: unknown, field: unknown): unknown {
  if (field === undefined) return row;
  return typeof row === "object" && row !== null
    ? (row as Readonly<Record<string, unknown>>)[field as string]
    : undefined;
}
