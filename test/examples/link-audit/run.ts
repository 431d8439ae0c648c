import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { BrokenLink } from "../../../examples/link-audit/report.ts";

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
const MAIN = "examples/link-audit/main.ts";

/** How a run of the command ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that is still going on. */
export interface Running {
  readonly child: ChildProcess;
  /** Settles when standard error has shown `text`; rejects when the run ends before. */
  says(text: string | RegExp): Promise<void>;
  readonly done: Promise<Run>;
}

/** What `--json` prints. */
export interface JsonReport {
  readonly input: string;
  readonly pages: number;
  readonly links: number;
  readonly broken: readonly BrokenLink[];
}

/** Starts the audit as a user does, but for npm. */
export function startAudit(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const node = ["--conditions=troupe-source", "--import", "tsx", MAIN, ...args];
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, node, {
    cwd: PROJECT,
    env: { ...inherited, NODE_OPTIONS: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout!.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr!.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const done = once(child, "close").then(([code]) => ({ code, stdout, stderr }) as Run);
  // A test that fails leaves nothing behind either.
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await done;
  });
  const says = (text: string | RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (typeof text === "string" ? stderr.includes(text) : text.test(stderr)) resolve();
      };
      child.stderr!.on("data", look);
      look();
      child.once("close", () => reject(new Error(`ended without saying ${text}: ${stderr}`)));
    });
  return { child, says, done };
}

/** Runs the audit to its end. */
export function runAudit(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run> {
  return startAudit(args, env).done;
}

/** Runs the audit with `--json`, and reads what it printed. */
export async function auditJson(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<JsonReport> {
  const { stdout, stderr } = await runAudit([...args, "--json"], env);
  try {
    return JSON.parse(stdout) as JsonReport;
  } catch {
    throw new Error(`no JSON on standard output: ${JSON.stringify(stdout)}; standard error: ${stderr}`);
  }
}
