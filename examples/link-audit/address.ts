/**
 * Addresses as people write them: percent signs that escape nothing, capitals in escapes, letters outside ASCII.
 *
 * @module
 */

/**
 * Decodes what is a valid escape and keeps the rest as it stands.
 *
 * @example
 * ```ts
 * decodeLoosely("gr%C3%B6%C3%9Fe 100% %2"); //=> "größe 100% %2"
 * ```
 */
export function decodeLoosely(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

/**
 * The names of a path, decoded, without the first `/`.
 *
 * @returns `undefined` when a name holds a slash or a zero byte, which no file's name does
 *
 * @example
 * ```ts
 * namesOf("/docs/a%20b.md"); //=> ["docs", "a b.md"]
 * namesOf("/a%2Fb"); //=> undefined
 * ```
 */
export function namesOf(path: string): readonly string[] | undefined {
  const names = path.split("/").slice(1).map(decodeLoosely);
  return names.some((name) => /[/\0]/.test(name)) ? undefined : names;
}

/** One spelling for a path: all that needs no escape is written plainly, escapes are capitals (RFC 3986, 6.2.2). */
export function normalizePath(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const letter = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(letter) ? letter : escaped.toUpperCase();
  });
}
