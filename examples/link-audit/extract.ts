/**
 * Reads one page. Parsers are loaded by the threads that run this and by nobody else, so the main thread
 * stays small and free.
 *
 * @module
 */

import { extractHtml } from "./extract-html.ts";
import { extractMarkdown } from "./extract-markdown.ts";
import type { Extraction, ExtractionJob } from "./extraction.ts";

/** Reads the links and anchors of a page. */
export function extract(job: ExtractionJob): Extraction {
  const text = decode(job.body, job.charset);
  return job.format === "html" ? extractHtml(text) : extractMarkdown(text);
}

/** A byte order mark is dropped; what is not valid becomes U+FFFD. */
function decode(body: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body); // a charset that nobody knows
  }
}
