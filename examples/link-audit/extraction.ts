/**
 * What a page holds for an audit: the links that lead away from it and the anchors that lead into it.
 *
 * @module
 */

/** A link as it is written, with the line it stands on (the first is 1). */
export interface FoundLink {
  readonly href: string;
  readonly line: number;
}

/** What was read from one page. */
export interface Extraction {
  /** The `href` of the page's `base` element, as written. */
  readonly base: string | undefined;
  readonly links: readonly FoundLink[];
  /** Names that a fragment may point at, each once. */
  readonly anchors: readonly string[];
}

/** The formats whose links are followed. */
export type PageFormat = "html" | "markdown";

/** What a worker thread is asked to read. */
export interface ExtractionJob {
  readonly format: PageFormat;
  readonly body: Uint8Array;
  /** As the server named it; unknown ones are read as UTF-8. */
  readonly charset: string;
}
