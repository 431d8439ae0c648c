/**
 * Runs a program in a Node process of its own and talks to it as a shell does: signals, output, exit code.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";

/** How a program ended, and what it had said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export interface Program {
  readonly child: ChildProcess;
  /** Settles when either stream has shown `text`; rejects when the program ends before. */
  says(text: string | RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts Node from the project's folder, without what a test runner puts into the environment. */
export function startNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const {
    NODE_OPTIONS: _,
    VITEST: _v,
    NODE_ENV: _n,
    FORCE_COLOR: _f,
    NO_COLOR: _c,
    ...inherited
  } = process.env;
  const child = spawn(process.execPath, args, {
    env: { ...inherited, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, stdout, stderr }) as Ended);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const said = stdout + stderr;
        if (typeof text === "string" ? said.includes(text) : text.test(said)) resolve();
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      void ended.then((end) => reject(new Error(`ended without saying ${text}: ${JSON.stringify(end)}`)));
      look();
    });
  return { child, says, ended };
}

/** What runs TypeScript of this repository, the package by its own name from `src`. */
export const FROM_SOURCE: readonly string[] = ["--conditions=troupe-source", "--import", "tsx"];
