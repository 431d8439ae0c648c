/**
 * Runs a program of `programs/` in a process of its own, as users run theirs.
 *
 * @module
 */

import { execFile } from "node:child_process";

/** How a program ended, and what it said. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `programs/<name>.ts` to its end.
 *
 * @param args - what the program finds behind its own name
 * @param nodeOptions - options for Node, such as `--expose-gc`
 */
export function run(
  name: string,
  args: readonly string[] = [],
  nodeOptions: readonly string[] = [],
): Promise<Ended> {
  const program = `test/faults/programs/${name}.ts`;
  return runNode([...nodeOptions, "--conditions=troupe-source", "--import", "tsx", program, ...args]);
}

/** Runs Node in the project's folder, without what a test runner puts into the environment. */
export function runNode(args: readonly string[]): Promise<Ended> {
  const { NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _env, ...env } = process.env;
  return new Promise((resolve) => {
    const options = { encoding: "utf8", timeout: 50_000, env: { ...env, NO_COLOR: "1" } } as const;
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, signal: child.signalCode, stdout, stderr }),
    );
  });
}

/** What a program that lives to its end printed as JSON; anything on its standard error fails the test. */
export function outcomeOf<T>({ status, signal, stdout, stderr }: Ended): T {
  if (status !== 0 || stderr !== "") {
    throw new Error(`the program ended with ${status ?? signal} and said:\n${stderr}${stdout}`);
  }
  return JSON.parse(stdout) as T;
}

/** Node 24 keeps contexts in V8, which changes some rows. */
export const isNode24: boolean = Number(process.versions.node.split(".")[0]) >= 24;
