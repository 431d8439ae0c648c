/**
 * What the audit found, for machines and for people. Neither form holds a time or an id, so that two runs over
 * the same input are the same bytes.
 *
 * @module
 */

/** A link that leads nowhere. */
export interface BrokenLink {
  /** A path inside the folder, or a URL. */
  readonly page: string;
  /** The first line is 1; 0 when the page itself cannot be read. */
  readonly line: number;
  /** As written on the page. */
  readonly target: string;
  readonly reason: string;
}

/** The outcome of an audit. */
export interface Report {
  readonly input: string;
  /** HTML and Markdown pages that were read. */
  readonly pages: number;
  /** Links on them, those that leave the input included. */
  readonly links: number;
  readonly leaving: number;
  readonly broken: readonly BrokenLink[];
}

/** Orders by page, line, target and reason, by code unit: the same on every machine. */
export function sortBroken(broken: readonly BrokenLink[]): readonly BrokenLink[] {
  return [...broken].sort(
    (a, b) =>
      compare(a.page, b.page) ||
      a.line - b.line ||
      compare(a.target, b.target) ||
      compare(a.reason, b.reason),
  );
}

/** The report as one JSON document. */
export function toJson({ input, pages, links, broken }: Report): string {
  const entries = sortBroken(broken).map(({ page, line, target, reason }) => ({
    page,
    line,
    target,
    reason,
  }));
  return `${JSON.stringify({ input, pages, links, broken: entries }, undefined, 2)}\n`;
}

/** The report to read: broken links by page, then one line that sums up. */
export function toText(report: Report, checkedOutside: boolean): string {
  const lines: string[] = [];
  let page: string | undefined;
  for (const link of sortBroken(report.broken)) {
    if (link.page !== page) lines.push(...(page === undefined ? [] : [""]), printable(link.page));
    page = link.page;
    lines.push(`  ${String(link.line).padStart(5)}  ${printable(link.target)}  ${printable(link.reason)}`);
  }
  if (lines.length > 0) lines.push("");
  const leaving = `${count(report.leaving, "leads", "lead")} outside, ${checkedOutside ? "checked too" : "not checked"}`;
  const verdict = report.broken.length === 0 ? "none broken" : `${count(report.broken.length)} broken`;
  lines.push(
    `${printable(report.input)}: ${count(report.pages, "page", "pages")}, ${count(report.links, "link", "links")} (${leaving}): ${verdict}`,
  );
  return `${lines.join("\n")}\n`;
}

/** A name may hold anything; what moves a terminal's cursor or rings its bell is shown as an escape. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}

/** `12,345`, in every locale. */
export function formatCount(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 page`, `1,200 pages`. */
export function count(number: number, one = "", many = one): string {
  const noun = number === 1 ? one : many;
  return `${formatCount(number)}${noun === "" ? "" : ` ${noun}`}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
