/**
 * Makes a list of choices that fails as short and as plain as it gets.
 *
 * Outcome 0 of every choice is what happens without any chance, so a choice that becomes 0 is one that nobody has
 * to think about any more. What is left are the choices that matter.
 *
 * @module
 */

/** Plays a list of choices. @returns the choices that were made if it failed, else `undefined` */
export type Fails = (choices: readonly number[]) => Promise<readonly number[] | undefined>;

/** How often a list is played at the most while it is made smaller. */
const MAX_PLAYS = 400;

/**
 * Drops the end of the list, then stretches from its middle, then sets stretches and single choices to 0, then
 * makes those that are left smaller; again, until nothing helps.
 *
 * @param failing - choices that fail
 * @returns choices that fail too, never more of them that are not 0
 */
export async function shrink(
  failing: readonly number[],
  fails: Fails,
  maxPlays: number = MAX_PLAYS,
): Promise<readonly number[]> {
  let best = withoutTail(failing);
  let plays = 0;
  const attempt = async (candidate: readonly number[]): Promise<boolean> => {
    if (plays >= maxPlays || !isSmaller(withoutTail(candidate), best)) return false;
    plays += 1;
    const made = await fails(candidate);
    if (made === undefined) return false;
    // What was made may differ from what was asked for: an outcome too large is taken as the last there is.
    const shorter = withoutTail(made.slice(0, candidate.length));
    best = isSmaller(shorter, best) ? shorter : withoutTail(candidate);
    return true;
  };
  for (let before: readonly number[] = []; before !== best && plays < maxPlays; ) {
    before = best;
    for (let length = best.length >> 1; length < best.length; length += (best.length - length + 1) >> 1) {
      if (await attempt(best.slice(0, length))) length = best.length >> 1;
    }
    for (let size = best.length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at < best.length; ) {
        const [head, middle, tail] = [best.slice(0, at), best.slice(at, at + size), best.slice(at + size)];
        const zeros = middle.map(() => 0);
        if (await attempt([...head, ...tail])) continue;
        await attempt([...head, ...zeros, ...tail]);
        at += size;
      }
    }
    for (let at = 0; at < best.length; at += 1) {
      for (let smaller = (best[at] ?? 0) >> 1; smaller >= 1; smaller >>= 1) {
        await attempt(best.with(at, smaller));
      }
    }
  }
  return best;
}

/** How many choices are not 0: what a reader has to follow. */
export function choicesThatMatter(choices: readonly number[]): number {
  return choices.filter((choice) => choice !== 0).length;
}

function withoutTail(choices: readonly number[]): readonly number[] {
  return choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1);
}

/** Fewer that matter; of as many the shorter list; of equal length the smaller sum. */
function isSmaller(a: readonly number[], b: readonly number[]): boolean {
  const sum = (choices: readonly number[]): number => choices.reduce((total, choice) => total + choice, 0);
  const order = choicesThatMatter(a) - choicesThatMatter(b) || a.length - b.length || sum(a) - sum(b);
  return order < 0;
}
