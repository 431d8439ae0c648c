import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let clone: string;

// A repository of its own with the real script. Its one package lies in the repository and loads the installed tsx,
// so `npm ci` is real and needs no network.
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "troupe-clone-"));
  for (const folder of ["examples/link-audit", "vendor/tsx/dist"])
    mkdirSync(join(clone, folder), { recursive: true });
  cpSync("scripts/bootstrap.mjs", join(clone, "scripts/bootstrap.mjs"), { recursive: true });
  write("vendor/tsx/package.json", JSON.stringify({ name: "tsx", version: "1.0.0" }));
  write(
    "vendor/tsx/dist/loader.mjs",
    `import "${pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href}";`,
  );
  const manifest = { name: "clone", version: "1.0.0", devDependencies: { tsx: "file:vendor/tsx" } };
  const packages = {
    "": manifest,
    "node_modules/tsx": { resolved: "vendor/tsx", link: true },
    "vendor/tsx": { version: "1.0.0", dev: true },
  };
  write("package.json", JSON.stringify({ ...manifest, type: "module" }));
  write(
    "package-lock.json",
    JSON.stringify({ name: "clone", version: "1.0.0", lockfileVersion: 3, packages }),
  );
});

afterEach(() => {
  rmSync(clone, { recursive: true, force: true });
});

describe("bootstrap", () => {
  it("installs once, on standard error, then runs the target with its arguments", async () => {
    target("console.log(JSON.stringify(process.argv.slice(2)));");
    const first = await finished(bootstrap(["start", "docs", "--json"]));
    expect(first).toMatchObject({ code: 0, stdout: '["docs","--json"]\n' });
    expect(first.stderr).toContain("Installing dependencies");

    const second = await finished(bootstrap(["start"]));
    expect(second).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
  });

  it("installs anew when the lockfile is another", async () => {
    target("");
    await finished(bootstrap(["start"]));
    write("package-lock.json", `${readFileSync(join(clone, "package-lock.json"), "utf8")}\n`);
    expect((await finished(bootstrap(["start"]))).stderr).toContain("Installing dependencies");
  });

  it("installs once when two start at the same time", async () => {
    target('console.log("ran");');
    const both = await Promise.all([finished(bootstrap(["start"])), finished(bootstrap(["start"]))]);
    expect(both.map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, "ran\n"],
      [0, "ran\n"],
    ]);
    expect(both.filter(({ stderr }) => stderr.includes("Installing dependencies"))).toHaveLength(1);
    expect(existsSync(join(clone, ".cache/install.lock"))).toBe(false);
  });

  it("takes over the lock of an install that was killed", async () => {
    target('console.log("ran");');
    mkdirSync(join(clone, ".cache"));
    const dead = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await once(dead, "exit");
    write(".cache/install.lock", String(dead.pid));
    expect(await finished(bootstrap(["start"]))).toMatchObject({ code: 0, stdout: "ran\n" });
  });

  it("fails with npm's output when the install fails, and tries again next time", async () => {
    target('console.log("ran");');
    write("package-lock.json", "{}");
    const { code, stdout, stderr } = await finished(bootstrap(["start"]));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/npm error[\s\S]*npm ci failed/);
    expect((await finished(bootstrap(["start"]))).stderr).toContain("Installing dependencies");
  });

  it("ends with the target's exit code", async () => {
    target("process.exitCode = 7;");
    expect((await finished(bootstrap(["start"]))).code).toBe(7);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("hands %s on", async (signal) => {
    target(
      `process.once("${signal}", () => { console.log("got it"); process.exit(9); });`,
      'setInterval(() => {}, 60_000); console.log("ready");',
    );
    const child = bootstrap(["start"]);
    const end = finished(child);
    child.stdout?.once("data", () => child.kill(signal));
    expect(await end).toMatchObject({ code: 9, stdout: "ready\ngot it\n" });
  });

  it("ends as its target does that dies of a signal", async () => {
    target('process.kill(process.pid, "SIGKILL");');
    expect((await finished(bootstrap(["start"]))).code).toBe(128 + 9);
  });

  it.each([
    {
      typed: "--seed 4 docs",
      kept: { npm_config_seed: "true" },
      given: ["4", "docs"],
      line: "docs --seed 4",
    },
    { typed: "--max-bytes=9", kept: { npm_config_max_bytes: "9" }, given: [], line: "--max-bytes 9" },
    { typed: "--seed", kept: { npm_config_seed: "true" }, given: [], line: "--seed <number>" },
  ])("gives an option that npm has kept its number back: $typed", async ({ kept, given, line }) => {
    const { code, stderr } = await finished(bootstrap(["start", ...given], kept));
    expect({ code, line: stderr.split("\n")[1] }).toEqual({ code: 2, line: `  npm start -- ${line}` });
  });

  it("names the right line when npm has kept an option for itself", async () => {
    const kept = { npm_config_json: "true", npm_config_chaos: "true" };
    const { code, stdout, stderr } = await finished(bootstrap(["start", "my docs"], kept));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("npm start --silent -- 'my docs' --chaos --json\n");
  });

  it("refuses a target that it does not know", async () => {
    expect(await finished(bootstrap(["dance"]))).toMatchObject({ code: 2, stdout: "" });
  });
});

function write(path: string, text: string): void {
  writeFileSync(join(clone, path), text);
}

/** Writes what `start` runs. */
function target(...lines: readonly string[]): void {
  write("examples/link-audit/main.ts", lines.join("\n"));
}

function bootstrap(args: readonly string[], variables: Readonly<Record<string, string>> = {}): ChildProcess {
  const clean = Object.entries(process.env).filter(
    ([name]) => !/^npm_config_(json|chaos|external)$/.test(name),
  );
  return spawn(process.execPath, [join(clone, "scripts/bootstrap.mjs"), ...args], {
    env: { ...Object.fromEntries(clean), ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function finished(child: ChildProcess): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, ...said };
}
