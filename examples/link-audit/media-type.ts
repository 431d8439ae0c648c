/**
 * Types of content, by name and by the end of a file's name.
 *
 * @module
 */

import type { PageFormat } from "./extraction.ts";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  gif: "image/gif",
  htm: "text/html; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  markdown: "text/markdown; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webp: "image/webp",
  woff2: "font/woff2",
  xhtml: "application/xhtml+xml",
  xml: "application/xml",
};

const MARKDOWN = /\.(?:md|markdown)$/i;

/** The type to serve a file under. */
export function typeOfFile(name: string): string {
  return TYPES[endingOf(name)] ?? "application/octet-stream";
}

/** Whether a file is a page by its name. */
export function isPageFile(name: string): boolean {
  return formatOf(typeOfFile(name), name) !== undefined;
}

/**
 * The format of an answer, `undefined` when it is no page. Many servers send Markdown as plain text.
 *
 * @example
 * ```ts
 * formatOf("text/html; charset=utf-8", "/x"); //=> "html"
 * formatOf("text/plain", "/readme.md"); //=> "markdown"
 * formatOf("image/png", "/readme.md"); //=> undefined
 * ```
 */
export function formatOf(contentType: string, path: string): PageFormat | undefined {
  const type = contentType.split(";", 1)[0]!.trim().toLowerCase();
  if (type === "text/html" || type === "application/xhtml+xml") return "html";
  if (type === "text/markdown" || type === "text/x-markdown") return "markdown";
  const untold = type === "" || type === "text/plain" || type === "application/octet-stream";
  return untold && MARKDOWN.test(path) ? "markdown" : undefined;
}

/** `utf-8` unless the type names another. */
export function charsetOf(contentType: string): string {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? "utf-8";
}

function endingOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
}
