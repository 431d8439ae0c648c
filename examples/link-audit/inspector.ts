/**
 * Finds out what became of one address: asks for it, and reads it if it is a page.
 *
 * @module
 */

import { type CheckoutPool, isActorError, type Pid } from "troupe";
import { defineThread } from "troupe/resources/threads";
import type { Extraction, ExtractionJob } from "./extraction.ts";
import { type Fault, statusReason } from "./fault-reason.ts";
import type { Finding, FoundAddress } from "./finding.ts";
import { isWorthAHead, readAnswer, toPage } from "./inspection.ts";
import { requestPathOf, type Scope } from "./scope.ts";
import { type Ask, wasKilled } from "./web.ts";

/** A worker thread that reads pages. */
export const Reader = defineThread<ExtractionJob, Extraction>({ name: "reader" });

/** What an inspection needs. */
export interface InspectorOptions {
  readonly scope: Scope;
  readonly ask: Ask;
  readonly readers: CheckoutPool<Pid<typeof Reader>>;
  /** Whether links that leave the input are checked. */
  readonly checksOutside: boolean;
}

/** Nobody answered, for a reason that may pass. */
export interface Lost {
  readonly kind: "lost";
  readonly reason: string;
}

/** Finds out what became of one address; never rejects because of the address. */
export type Inspect = (address: FoundAddress) => Promise<Finding | Lost>;

/** Times that a page may bring a reader down before it is given up. */
const MAX_FALLS = 2;

/** Milliseconds that a page waits for a reader. */
const READER_MS = 30_000;

/** Makes an inspector. */
export function createInspector(options: InspectorOptions): Inspect {
  return (address) =>
    address.inside ? inspectInside(options, address.key) : inspectOutside(options, address.key);
}

async function inspectInside(
  { scope, ask, readers, checksOutside }: InspectorOptions,
  key: string,
): Promise<Finding | Lost> {
  const path = requestPathOf(scope, key);
  if (isWorthAHead(path)) {
    const asked = await ask("HEAD", key, "inside");
    const reading = asked.ok ? readAnswer(scope, key, path, asked.answer) : undefined;
    // Some servers have no answer to HEAD: only good news is news.
    if (reading?.kind === "file" || reading?.kind === "redirect") return reading;
  }
  const asked = await ask("GET", key, "inside");
  if (!asked.ok) return unanswered(asked.fault);
  const reading = readAnswer(scope, key, path, asked.answer);
  if (reading.kind !== "unread") return reading;
  const extraction = await readPage(readers, reading.job);
  return extraction === undefined
    ? { kind: "failed", reason: "cannot be read" }
    : toPage(scope, key, extraction, checksOutside);
}

async function inspectOutside({ ask }: InspectorOptions, url: string): Promise<Finding | Lost> {
  const head = await ask("HEAD", url, "outside");
  const asked = head.ok && head.answer.status < 400 ? head : await ask("GET", url, "outside");
  if (!asked.ok) return unanswered(asked.fault);
  const { status } = asked.answer;
  // Where a foreign redirect leads is the business of whoever set it up.
  return status < 400 ? { kind: "file" } : { kind: "failed", reason: statusReason(status) };
}

function unanswered({ reason, again }: Fault): Finding | Lost {
  return { kind: again ? "lost" : "failed", reason };
}

/** @returns `undefined` for a page that no reader survives or can make sense of */
async function readPage(
  readers: InspectorOptions["readers"],
  job: ExtractionJob,
): Promise<Extraction | undefined> {
  for (let falls = 0; falls < MAX_FALLS; ) {
    try {
      const options = { timeoutMs: Number.POSITIVE_INFINITY }; // a reader that is stuck ends by itself
      return await readers.use((reader) => reader.call.run(job, options), { timeoutMs: READER_MS });
    } catch (error) {
      if (isActorError(error, "ERR_REMOTE")) return undefined;
      if (wasKilled(error)) continue; // which says nothing about the page
      if (!isActorError(error, "ERR_EXITED")) throw error;
      falls += 1;
    }
  }
  return undefined;
}
