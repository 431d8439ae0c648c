import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { BrokenLink } from "../../../examples/link-audit/report.ts";

/** A generated site and what an audit of it has to say. */
export interface Tree {
  readonly pages: number;
  readonly links: number;
  readonly broken: readonly BrokenLink[];
}

/** A page while it is written: its lines, and the anchors others may point at. */
interface Draft {
  readonly path: string;
  readonly format: "html" | "md";
  readonly lines: string[];
}

/** A way to be broken: what is written on the page, and what an audit says to it. */
interface Fault {
  readonly format: "html" | "md";
  readonly target: (draft: Draft) => string;
  readonly reason: string;
  /** How the link is written; an ordinary link when absent. */
  readonly write?: (target: string) => string;
}

const NAMES = [
  "plain",
  "with space",
  "größe",
  "100% sure",
  "日本語",
  "a+b&c",
  "what?",
  "issue #7",
  "it's",
  "ÅNGSTRÖM",
];
const PAGES_PER_FOLDER = 25;
const NOT_FOUND = "404 Not Found";

/** Twenty faults, ten a format, no two alike. */
const FAULTS: readonly Fault[] = [
  { format: "html", target: () => "no-such-page.html", reason: NOT_FOUND },
  { format: "html", target: () => "no-such-page.html?with=query#and-fragment", reason: NOT_FOUND },
  { format: "html", target: () => "#no-such-part", reason: "no anchor #no-such-part" },
  { format: "html", target: () => "/index.html#gr%C3%B6%C3%9Fer", reason: "no anchor #größer" },
  { format: "html", target: () => "/empty/", reason: NOT_FOUND },
  { format: "html", target: () => "http://[broken", reason: "not a valid address" },
  {
    format: "html",
    target: () => "/missing image.png",
    reason: NOT_FOUND,
    write: (to) => `<img src="${to}" alt="">`,
  },
  {
    format: "html",
    target: () => "/nowhere.css",
    reason: NOT_FOUND,
    write: (to) => `<link rel="stylesheet" href="${to}">`,
  },
  {
    format: "html",
    target: () => "big.png",
    reason: NOT_FOUND,
    write: (to) => `<img src="/pixel.png" srcset="/pixel.png 1x, ${to} 2x">`,
  },
  { format: "html", target: () => "/dangling.html", reason: NOT_FOUND },
  { format: "md", target: () => "no-such-page.md", reason: NOT_FOUND },
  { format: "md", target: () => "#no-such-heading", reason: "no anchor #no-such-heading" },
  { format: "md", target: () => "#the-same-9", reason: "no anchor #the-same-9" },
  { format: "md", target: () => "/folder-0#no-such-part", reason: "no anchor #no-such-part" },
  { format: "md", target: () => "/folder-0/plain%2Fslash.md", reason: "not the name of a file" },
  { format: "md", target: () => "/INDEX.html", reason: NOT_FOUND },
  { format: "md", target: () => "n%C3%B6.md", reason: NOT_FOUND, write: () => "[by reference][nö]" },
  { format: "md", target: () => "/outside.md", reason: "403 Forbidden" },
  {
    format: "md",
    target: () => "none.html",
    reason: NOT_FOUND,
    write: (to) => `<a href="${to}">HTML in Markdown</a>`,
  },
  { format: "md", target: () => "/gone.png", reason: NOT_FOUND, write: (to) => `![an image](${to})` },
];

/**
 * Writes a site: HTML and Markdown, nested folders, names that need escapes, links with queries and fragments,
 * folders that lead to their index, symbolic links in circles, and twenty faults of several kinds.
 *
 * @param pages - at least 60
 */
export async function writeTree(folder: string, pages: number): Promise<Tree> {
  const drafts = Array.from({ length: pages }, (_, index) => draftOf(index));
  let links = 0;
  drafts.forEach((draft, index) => {
    const around = [index - 1, index + 1, index + 7, index * 3].map((at) => drafts[(at + pages) % pages]!);
    links += writeBody(draft, around);
  });
  const broken = FAULTS.map((fault, number) => {
    const sound = drafts.filter(({ format }) => format === fault.format);
    return writeFault(sound[Math.floor(((number + 0.5) * sound.length) / FAULTS.length)]!, fault);
  });
  // The first address of a set of images is sound, and counted as a link twice: as `src` and in `srcset`.
  links += FAULTS.length + 2;
  for (const draft of drafts) await save(join(folder, draft.path), textOf(draft));
  await save(join(folder, "pixel.png"), "not really an image");
  await mkdir(join(folder, "empty"), { recursive: true });
  await symlink("..", join(folder, "folder-0", "circle"));
  await symlink("circle", join(folder, "circle"));
  await symlink("nowhere.html", join(folder, "dangling.html"));
  await symlink(dirname(folder), join(folder, "outside.md"));
  return { pages, links, broken };
}

function draftOf(index: number): Draft {
  const format = index % 2 === 0 ? "html" : "md";
  const folder = Math.floor(index / PAGES_PER_FOLDER);
  const within = index % PAGES_PER_FOLDER;
  // Every other folder lies inside the one before it.
  const path = folder % 2 === 0 ? `folder-${folder}` : `folder-${folder - 1}/nested ${folder}`;
  if (index === 0) return { path: "index.html", format: "html", lines: [] };
  if (within <= 1)
    return { path: `${path}/${format === "html" ? "index.html" : "README.md"}`, format, lines: [] };
  return { path: `${path}/${NAMES[within % NAMES.length]} ${within}.${format}`, format, lines: [] };
}

/** @returns the number of links written */
function writeBody(draft: Draft, around: readonly Draft[]): number {
  const { format, lines } = draft;
  const html = format === "html";
  const [before, after, further, far] = around as [Draft, Draft, Draft, Draft];
  if (html)
    lines.push(
      "<!doctype html>",
      `<title>${escapeHtml(draft.path)}</title>`,
      '<p id="größe">',
      '<a name="old"></a>',
    );
  else lines.push("# The same", "", "## The same", "", "```", "[code](is-left-alone.md)", "```", "");
  const targets = [
    hrefTo(draft, before),
    `${hrefTo(draft, after)}?version=2`,
    `${hrefTo(draft, further)}#${anchorOf(further)}`,
    `${rootHrefTo(far)}?a=1&b=2#${anchorOf(far)}`,
    `#${anchorOf(draft)}`,
    "/folder-0",
    "/folder-0/#top",
    "/folder-0/circle/pixel.png",
    "https://example.org/elsewhere",
    "//example.org/too",
  ];
  const alone = ["mailto:a@example.org", "tel:+491234", "javascript:void(0)", "data:text/plain,hello"];
  for (const target of [...targets, ...alone]) lines.push(linkOf(format, target), "");
  return targets.length;
}

function writeFault(draft: Draft, fault: Fault): BrokenLink {
  const target = fault.target(draft);
  const { lines } = draft;
  lines.push("filler of the paragraph", fault.write?.(target) ?? linkOf(fault.format, target));
  const line = lines.length;
  lines.push("");
  if (fault.write?.(target).includes("][")) lines.push(`[nö]: ${target}`, "");
  return { page: draft.path, line, target, reason: fault.reason };
}

function linkOf(format: "html" | "md", target: string): string {
  return format === "html" ? `<a href="${escapeHtml(target)}">a link</a>` : `a [link](<${target}>) there`;
}

function anchorOf({ format }: Draft): string {
  return format === "html" ? encodeURIComponent("größe") : "the-same-1";
}

/** As a relative address, escaped. */
function hrefTo(from: Draft, to: Draft): string {
  const path = posix.relative(posix.dirname(from.path), to.path);
  return path.split("/").map(encodeURIComponent).join("/");
}

/** From the top, with non-ASCII letters as they are: browsers escape them, so does the audit. */
function rootHrefTo(to: Draft): string {
  return `/${to.path.replace(/[ %?#&]/g, encodeURIComponent)}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

function textOf({ lines }: Draft): string {
  return `${lines.join("\n")}\n`;
}

async function save(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
