/**
 * What belongs to the input, and under which key. A page has one key however it is linked to: a page of a folder
 * is the URL of its file, a page of a site is its URL without fragment.
 *
 * @module
 */

import { decodeLoosely, namesOf, normalizePath } from "./address.ts";

/** What is audited. */
export type Scope =
  /** `root` is the `file:` URL of the folder, with a slash at its end. */
  | { readonly kind: "folder"; readonly root: string }
  /** `origin` as in `https://example.org`. */
  | { readonly kind: "site"; readonly origin: string };

/** Where a link goes. */
export type Aim =
  | { readonly kind: "inside"; readonly key: string; readonly fragment: string | undefined }
  /** Leaves the input; `url` is `undefined` when it leads to a file beside the folder. */
  | { readonly kind: "outside"; readonly url: string | undefined }
  /** Not a link between pages: `mailto:`, `tel:`, `javascript:`, `data:` and the like. */
  | { readonly kind: "alone" }
  | { readonly kind: "invalid"; readonly reason: string };

/** Keys stand in an index of the ledger, which has its limits. */
const LONGEST_KEY = 2_000;

/**
 * Says where a link goes.
 *
 * @param href - as written on the page
 * @param from - the key of the page
 * @param base - the `href` of the page's `base` element
 *
 * @example
 * ```ts
 * const scope = { kind: "folder", root: "file:///site/" } as const;
 * aim(scope, "b%20c.md?raw#top-2", "file:///site/a.md"); //=> { kind: "inside", key: "file:///site/b%20c.md", fragment: "top-2" }
 * aim(scope, "/x.md", "file:///site/docs/a.md"); //=> { kind: "inside", key: "file:///site/x.md", fragment: undefined }
 * aim(scope, "../secret.md", "file:///site/a.md"); //=> { kind: "outside", url: undefined }
 * aim(scope, "mailto:a@b.example", "file:///site/a.md"); //=> { kind: "alone" }
 * ```
 */
export function aim(scope: Scope, href: string, from: string, base?: string): Aim {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(href)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") return { kind: "alone" };
  const url = resolve(scope, href, base === undefined ? from : (resolve(scope, base, from)?.href ?? from));
  if (url === undefined) return { kind: "invalid", reason: "not a valid address" };
  const key = keyOf(scope, url);
  if (key === undefined) return { kind: "outside", url: url.protocol === "file:" ? undefined : bare(url) };
  if (key === "") return { kind: "invalid", reason: "not the name of a file" };
  if (key.length > LONGEST_KEY) return { kind: "invalid", reason: `longer than ${LONGEST_KEY} characters` };
  return { kind: "inside", key, fragment: fragmentOf(url) };
}

/** The key as people know it: a path inside the folder, or the URL. */
export function showKey(scope: Scope, key: string): string {
  if (scope.kind === "site" || !key.startsWith(scope.root)) return key;
  return decodeLoosely(key.slice(scope.root.length)) || ".";
}

/** The path under which the server of the input knows a key. */
export function requestPathOf(scope: Scope, key: string): string {
  if (scope.kind === "folder") return `/${key.slice(scope.root.length)}`;
  const url = new URL(key);
  return `${url.pathname}${url.search}`;
}

function resolve(scope: Scope, href: string, from: string): URL | undefined {
  const written = href.trim();
  // A slash means the top of the site, which for a folder is not the top of the disk.
  const top = scope.kind === "folder" && /^[/\\](?![/\\])/.test(written);
  // A host without scheme is a web address, in a file too.
  const host = scope.kind === "folder" && /^[/\\]{2}/.test(written);
  const [text, base] = top ? [`.${written}`, scope.root] : [host ? `https:${written}` : written, from];
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** `undefined` when the address is outside, empty when no page can have it. */
function keyOf(scope: Scope, url: URL): string | undefined {
  if (scope.kind === "site") {
    if (url.origin !== scope.origin) return undefined;
    return `${url.origin}${normalizePath(url.pathname)}${url.search}`;
  }
  if (!`${url.protocol}//${url.host}${url.pathname}`.startsWith(scope.root)) return undefined;
  const names = namesOf(`/${url.pathname.slice(new URL(scope.root).pathname.length)}`);
  return names === undefined ? "" : scope.root + names.map(encodeURIComponent).join("/");
}

/** Without the fragment, which no server sees. */
function bare(url: URL): string {
  return `${url.origin}${url.pathname}${url.search}`;
}

/** What a fragment points at; nothing for the top of the page, and nothing for a piece of text to find. */
function fragmentOf(url: URL): string | undefined {
  const fragment = decodeLoosely(url.hash.slice(1)).replace(/:~:.*$/s, "");
  return fragment === "" || fragment.toLowerCase() === "top" ? undefined : fragment;
}
