#!/usr/bin/env node
/**
 * The command `troupe`.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exitProcess } from "../node/exit-process.ts";
import { readArguments } from "./arguments.ts";
import { complain, printPlan, run, runAgain, runWatched } from "./run.ts";

process.stdout.on("error", ignoreClosedPipe);
process.stderr.on("error", ignoreClosedPipe);
await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const command = readArguments(argv);
  switch (command.kind) {
    case "run":
      if (command.watch) return await runAgain(fileURLToPath(import.meta.url), command.module, command.rest);
      return await run(command.module, command.rest);
    case "watched":
      return await runWatched(command.module, command.rest);
    case "tree":
      return await printPlan(command.module, command.rest);
    case "refused":
      return complain(command.why, 2);
    default:
      process.stdout.write(command.kind === "text" ? command.text : `${version()}\n`);
      return exitProcess(0);
  }
}

function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/** `troupe tree shop.ts | head` is no fault. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
