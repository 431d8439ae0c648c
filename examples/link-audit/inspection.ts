/**
 * From an answer to a finding: plain decisions over plain values.
 *
 * @module
 */

import { headerOf, type WebAnswer } from "./exchange.ts";
import type { Extraction, ExtractionJob } from "./extraction.ts";
import { statusReason } from "./fault-reason.ts";
import type { Finding, LedgerLink } from "./finding.ts";
import { charsetOf, formatOf } from "./media-type.ts";
import { type Aim, aim, type Scope } from "./scope.ts";

/** What an answer says by itself: a finding, or a page that is still to be read. */
export type Reading = Finding | { readonly kind: "unread"; readonly job: ExtractionJob };

/** Endings of pages that are made up when they are asked for. */
const MADE_PAGE = /\.(?:x?html?|md|markdown|php\d?|aspx?|jspx?|cgi|cfm|do)$/i;

/**
 * Whether to ask for the head alone at first: the name ends like that of a file, which may be of any size.
 *
 * @example
 * ```ts
 * isWorthAHead("/film.mp4"); //=> true
 * isWorthAHead("/docs/intro"); //=> false
 * isWorthAHead("/index.html"); //=> false
 * ```
 */
export function isWorthAHead(path: string): boolean {
  const name = path.split(/[?#]/, 1)[0]!.split("/").at(-1)!;
  return /\.[a-z0-9]{1,8}$/i.test(name) && !MADE_PAGE.test(name);
}

/** Reads status, location and type of an answer to a request inside the input. */
export function readAnswer(scope: Scope, key: string, path: string, answer: WebAnswer): Reading {
  const { status, headers, body } = answer;
  const location = headerOf(headers, "location");
  if (status >= 300 && status <= 399 && location !== "") return redirect(moved(scope, key, path, location));
  if (status < 200 || status > 299) return { kind: "failed", reason: statusReason(status) };
  const type = headerOf(headers, "content-type");
  const format = formatOf(type, path.split(/[?#]/, 1)[0]!);
  return format === undefined
    ? { kind: "file" }
    : { kind: "unread", job: { format, body, charset: charsetOf(type) } };
}

/**
 * Turns what was found on a page into what the ledger keeps.
 *
 * @param checksOutside - links that leave the input are given a target, too
 */
export function toPage(scope: Scope, key: string, extraction: Extraction, checksOutside: boolean): Finding {
  const links: LedgerLink[] = [];
  for (const { href, line } of extraction.links) {
    const to = aim(scope, href, key, extraction.base);
    if (to.kind === "alone") continue;
    const inside = to.kind === "inside" ? to : undefined;
    const outside = to.kind === "outside" && checksOutside ? to.url : undefined;
    const fault = to.kind === "invalid" ? to.reason : undefined;
    const target = inside?.key ?? outside;
    links.push({ line, href, target, fragment: inside?.fragment, fault, leaves: to.kind === "outside" });
  }
  return { kind: "page", links, anchors: extraction.anchors };
}

/** A location is relative to the address that was asked for. */
function moved(scope: Scope, key: string, path: string, location: string): Aim {
  return aim(scope, location, scope.kind === "folder" ? key : new URL(path, scope.origin).href);
}

function redirect(to: Aim): Finding {
  if (to.kind === "invalid") return { kind: "failed", reason: `redirect to what is ${to.reason}` };
  const inside = to.kind === "inside" ? to : undefined;
  return { kind: "redirect", to: inside?.key, fragment: inside?.fragment };
}
