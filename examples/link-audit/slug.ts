/**
 * The anchors that GitHub gives to headings.
 *
 * @module
 */

/**
 * Makes a function that names the headings of one page, in order: the second heading of the same text gets
 * `-1`, the third `-2`.
 *
 * @example
 * ```ts
 * const slug = createSlugger();
 * slug("What's new, in 2.0?"); //=> "whats-new-in-20"
 * slug("What's new, in 2.0?"); //=> "whats-new-in-20-1"
 * ```
 */
export function createSlugger(): (heading: string) => string {
  const used = new Map<string, number>();
  return (heading) => {
    const plain = slugOf(heading);
    let slug = plain;
    // A heading may spell out a suffix that is taken ("a", "a", "a-1"), so every candidate is looked up.
    while (used.has(slug)) {
      const count = (used.get(plain) ?? 0) + 1;
      used.set(plain, count);
      slug = `${plain}-${count}`;
    }
    used.set(slug, 0);
    return slug;
  };
}

/** Letters, marks, digits, `_`, `-`; a blank becomes `-`, at the ends too; all else is dropped. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}
