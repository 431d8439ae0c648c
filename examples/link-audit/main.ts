/**
 * The link audit: follows every link inside a folder or a site, and reports those that lead nowhere. What it does
 * is done by processes that may be killed at any time; this file only starts them and waits.
 *
 * @module
 */

import { rmSync } from "node:fs";
import { chmod, mkdtemp, realpath } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { HELP, readArguments, type Settings } from "./arguments.ts";
import { conduct } from "./conduct.ts";
import { faultText } from "./database-fault.ts";
import { placeDatabase } from "./database-place.ts";
import { openInput } from "./input.ts";
import { findFreePort } from "./origin.ts";
import { bundleReader } from "./reader-bundle.ts";
import { toJson, toText } from "./report.ts";

/** Ends a run before its time, with the code a shell expects of it. */
class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

process.stdout.on("error", ignoreClosedPipe);
process.stderr.on("error", ignoreClosedPipe);
const exitCode = await main(process.argv.slice(2));
process.stdout.write("", () => process.exit(exitCode)); // after all that was written before

async function main(argv: readonly string[]): Promise<number> {
  const command = readArguments(argv);
  if (command.kind === "refused") return complain(command.why);
  if (command.kind === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const interruption = catchSignals();
  try {
    return await run(command.settings, interruption);
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    return complain(faultText(error));
  }
}

async function run(settings: Settings, interruption: Promise<never>): Promise<number> {
  const limits = { timeoutMs: settings.timeoutMs, maxBytes: settings.maxBytes };
  const opened = await Promise.race([openInput(settings.input, whereTyped(), limits), interruption]);
  if (!opened.ok) return complain(opened.why);
  const scratch = await makeScratch();
  const removeScratch = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", removeScratch);
  const placed = await placeDatabase(process.env.DATABASE_URL, scratch);
  if (!placed.ok) return complain(placed.why);
  const progress = { write: (text: string) => void process.stderr.write(text), live: isLive(process.stderr) };
  const [port, readerModule] = await Promise.all([findFreePort(), bundleReader(scratch)]);
  const parts = { settings, input: opened.input, database: placed.database, port, readerModule, progress };
  const conducted = await conduct(parts, interruption);
  if (!conducted.ok) return complain(conducted.why);
  const { report, notes } = conducted;
  for (const note of notes) process.stderr.write(`${note}\n`);
  process.stdout.write(settings.json ? toJson(report) : toText(report, settings.external));
  return report.broken.length === 0 ? 0 : 1;
}

/** A folder for this run, which the user of our Postgres may walk through. */
async function makeScratch(): Promise<string> {
  const scratch = await realpath(await mkdtemp(join(tmpdir(), "link-audit-")));
  await chmod(scratch, 0o711);
  return scratch;
}

/** Rejects at the first signal; the second ends the process where it stands. */
function catchSignals(): Promise<never> {
  const interruption = new Promise<never>((_, reject) => {
    let interrupted = false;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        const reason = new Interrupted(signal);
        if (interrupted) process.exit(reason.exitCode);
        interrupted = true;
        reject(reason);
      });
    }
  });
  interruption.catch(() => {}); // whoever waits for it hears of it
  return interruption;
}

/** npm starts us at the project's root and tells where it was called. */
function whereTyped(): string {
  const { npm_lifecycle_event: event, INIT_CWD: typedIn } = process.env;
  return event === "start" && typedIn !== undefined ? typedIn : process.cwd();
}

function isLive(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.TERM !== "dumb";
}

function complain(why: string): number {
  process.stderr.write(`link-audit: ${why}\n`);
  return 2;
}

/** `npm start | head` is no fault. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
