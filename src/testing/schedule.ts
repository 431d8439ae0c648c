/**
 * Schedules: the choices of a run as a short string that fits on one line of a test.
 *
 * ```ts
 * formatSchedule([0, 0, 2, 0, 1]); //=> "v1:2.2-1.1"
 * parseSchedule("v1:2.2-1.1"); //=> [0, 0, 2, 0, 1]
 * ```
 *
 * @module
 */

const VERSION = "v1:";
const RADIX = 36;
/** More choices than any run makes; a string that asks for more is no schedule. */
const MAX_CHOICES = 10_000_000;

/**
 * Of the choices only those that are not 0 are written, each after the number of zeros before it; zeros at the
 * end are what happens anyway.
 *
 * @param choices - outcomes in their order, integers ≥ 0
 * @returns `v1:` and pairs `zeros.outcome` in base 36
 */
export function formatSchedule(choices: readonly number[]): string {
  const pairs: string[] = [];
  let zeros = 0;
  for (const choice of choices) {
    if (choice === 0) {
      zeros += 1;
      continue;
    }
    pairs.push(`${zeros.toString(RADIX)}.${choice.toString(RADIX)}`);
    zeros = 0;
  }
  return VERSION + pairs.join("-");
}

/**
 * @returns the choices that {@link formatSchedule} was given, without the zeros at their end
 * @throws RangeError when this is no schedule, or one of another version
 */
export function parseSchedule(schedule: string): readonly number[] {
  if (!/^v1:([0-9a-z]+\.[0-9a-z]+(-[0-9a-z]+\.[0-9a-z]+)*)?$/.test(schedule)) {
    throw new RangeError(
      `"${schedule}" is no schedule: it begins with ${VERSION} and has pairs like 2.1-0.4`,
    );
  }
  const choices: number[] = [];
  for (const pair of schedule.slice(VERSION.length).split("-").filter(Boolean)) {
    const [zeros, choice] = pair.split(".").map((digits) => Number.parseInt(digits, RADIX)) as [
      number,
      number,
    ];
    if (choices.length + zeros >= MAX_CHOICES) throw new RangeError(`"${schedule}" is longer than any run`);
    for (let i = 0; i < zeros; i += 1) choices.push(0);
    choices.push(choice);
  }
  return choices;
}
