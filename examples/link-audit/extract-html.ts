/**
 * Links and anchors of an HTML page, or of a piece of HTML inside a Markdown page. Broken HTML is read as
 * browsers read it.
 *
 * @module
 */

import { type DefaultTreeAdapterTypes, parse, parseFragment } from "parse5";
import type { Extraction, FoundLink } from "./extraction.ts";

type Element = DefaultTreeAdapterTypes.Element;

/** Elements that point somewhere, and the attributes they do it with. */
const POINTERS: Readonly<Record<string, readonly string[]>> = {
  a: ["href", "xlink:href"],
  area: ["href"],
  audio: ["src"],
  embed: ["src"],
  frame: ["src"],
  iframe: ["src"],
  img: ["src"],
  input: ["src"],
  link: ["href"],
  object: ["data"],
  script: ["src"],
  source: ["src"],
  track: ["src"],
  video: ["src", "poster"],
};

/** `link` elements that name a host to get ready for, not a resource. */
const HINTS = new Set(["preconnect", "dns-prefetch"]);

/** Reads a whole page. */
export function extractHtml(html: string): Extraction {
  return collect(parse(html, { sourceCodeLocationInfo: true, scriptingEnabled: false }).childNodes);
}

/** Reads a piece of HTML; lines count from its own first line. */
export function extractHtmlFragment(html: string): Extraction {
  return collect(parseFragment(html, { sourceCodeLocationInfo: true, scriptingEnabled: false }).childNodes);
}

function collect(nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): Extraction {
  const links: FoundLink[] = [];
  const anchors = new Set<string>();
  let base: string | undefined;
  for (const element of elementsOf(nodes)) {
    const id = attribute(element, "id");
    if (id) anchors.add(id);
    const name = element.tagName === "a" ? attribute(element, "name") : undefined;
    if (name) anchors.add(name);
    if (element.tagName === "base") base ??= attribute(element, "href");
    links.push(...linksOf(element));
  }
  return { base, links, anchors: [...anchors] };
}

/** In the order of the page, without recursion: a hostile page nests deeper than a stack goes. */
function* elementsOf(nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): Generator<Element> {
  const ahead = [...nodes].reverse();
  for (let node = ahead.pop(); node !== undefined; node = ahead.pop()) {
    if (!("tagName" in node)) continue;
    yield node;
    const inner = "content" in node ? node.content.childNodes : node.childNodes;
    for (let index = inner.length - 1; index >= 0; index -= 1) ahead.push(inner[index]!);
  }
}

function linksOf(element: Element): FoundLink[] {
  if (element.tagName === "meta") return refreshOf(element);
  if (element.tagName === "link" && isHint(element)) return [];
  const found: FoundLink[] = [];
  for (const name of POINTERS[element.tagName] ?? []) {
    const value = attribute(element, name);
    // An empty `href` points at the page itself; an empty `src` points at nothing.
    if (value === undefined || (value.trim() === "" && name !== "href")) continue;
    found.push({ href: value.trim(), line: lineOf(element, name) });
  }
  if (element.tagName === "img" || element.tagName === "source") {
    const line = lineOf(element, "srcset");
    for (const href of srcsetOf(attribute(element, "srcset") ?? "")) found.push({ href, line });
  }
  return found;
}

/** `<meta http-equiv="refresh" content="5; url=next.html">`. */
function refreshOf(element: Element): FoundLink[] {
  if (attribute(element, "http-equiv")?.toLowerCase() !== "refresh") return [];
  const content = attribute(element, "content") ?? "";
  const href = /^\s*[\d.]*\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)/i.exec(content)?.[1]?.trim();
  return href ? [{ href, line: lineOf(element, "content") }] : [];
}

function isHint(element: Element): boolean {
  const relations = (attribute(element, "rel") ?? "").toLowerCase().split(/\s+/);
  return relations.some((relation) => HINTS.has(relation));
}

/** The addresses of `a.png 1x, b.png 2x`; a comma inside an address is kept. */
function srcsetOf(srcset: string): string[] {
  return [...srcset.matchAll(/(?:^|[\s,])\s*([^\s,]\S*[^\s,]|[^\s,])(?:\s+[\d.]+[wxh])*\s*(?=,|$)/g)].map(
    (match) => match[1]!,
  );
}

function attribute(element: Element, name: string): string | undefined {
  for (const attr of element.attrs) {
    const full = attr.prefix ? `${attr.prefix}:${attr.name}` : attr.name;
    if (full === name) return attr.value;
  }
  return undefined;
}

function lineOf(element: Element, name: string): number {
  const location = element.sourceCodeLocation;
  return location?.attrs?.[name]?.startLine ?? location?.startLine ?? 1;
}
