/**
 * The end of the Node process, after everything that was written has gone out.
 *
 * @module
 */

/** Writes to standard error; a reader that has gone away is no fault. */
export function write(text: string): void {
  if (text !== "") process.stderr.write(`${text}\n`, () => undefined);
}

/** Ends the process when standard output and standard error are written out. Listeners of `exit` run. */
export function exitProcess(code: number): void {
  process.exitCode = code;
  process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}
