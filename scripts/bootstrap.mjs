// Makes a fresh clone ready, then runs a target: `node scripts/bootstrap.mjs <target> [arguments]`.
// Uses Node alone, since nothing is installed yet. All set-up output goes to standard error.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const OLDEST_NODE = [20, 19];
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const stamp = join(modules, ".troupe-stamp");
const lock = join(root, ".cache", "install.lock");

/**
 * What each target runs, through tsx. `source` resolves the package's own name to `src`; without it to `dist`,
 * which `before` has built.
 */
const TARGETS = {
  start: { run: ["examples/link-audit/main.ts"], source: true },
  test: { run: ["scripts/verify.ts"], source: true },
  check: { run: ["scripts/verify.ts", "--quick"], source: true },
  conformance: { run: ["scripts/conformance.ts"], source: true },
  explore: { run: ["scripts/explore.ts"], source: true },
  soak: { run: ["soak/main.ts"], source: true },
  guard: { run: ["scripts/guard.ts"], source: true },
  build: { run: ["scripts/build.ts"], source: true },
  bench: { before: ["scripts/build.ts"], run: ["benchmarks/main.ts"], source: false },
};

/**
 * Options of the main job, and whether a number follows. Given without `--` before them, npm takes them for itself
 * and hides them here.
 */
const START_OPTIONS = {
  chaos: false,
  json: false,
  external: false,
  seed: true,
  "timeout-ms": true,
  "max-bytes": true,
  "max-pages": true,
};

const [name = "", ...given] = process.argv.slice(2);
const target = TARGETS[name] ?? end(2, `unknown target "${name}"; one of ${Object.keys(TARGETS).join(", ")}`);
checkNode();
if (name === "start") refuseSwallowedOptions();
await install();
if (target.before) {
  const code = await runNode(target.before, { source: true, stdio: ["ignore", 2, 2] });
  if (code !== 0) end(code, "the build failed, its output is above");
}
process.exit(await runNode([...target.run, ...given], { source: target.source, stdio: "inherit" }));

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needMajor, needMinor] = OLDEST_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  end(2, `Node ${OLDEST_NODE.join(".")} or newer is needed, this is ${process.versions.node}`);
}

function refuseSwallowedOptions() {
  const swallowed = Object.keys(START_OPTIONS).filter(
    (option) =>
      keptByNpm(option) !== undefined && !given.some((argument) => argument.startsWith(`--${option}`)),
  );
  if (swallowed.length === 0) return;
  const rest = [...given];
  const options = swallowed.map((option) => {
    if (!START_OPTIONS[option]) return `--${option}`;
    const kept = keptByNpm(option); // of `--seed 4` npm keeps "true" and hands on the 4
    const at = kept === "true" ? rest.findIndex((argument) => /^\d+$/.test(argument)) : -1;
    return `--${option} ${at >= 0 ? rest.splice(at, 1)[0] : /^\d+$/.test(kept) ? kept : "<number>"}`;
  });
  const names = swallowed.map((option) => `--${option}`).join(" and ");
  const words = [...rest.map(quote), ...options].join(" ");
  const silent = swallowed.includes("json") ? " --silent" : "";
  end(2, `npm kept ${names} for itself; options go after "--":\n  npm start${silent} -- ${words}`);
}

function keptByNpm(option) {
  return process.env[`npm_config_${option.replaceAll("-", "_")}`];
}

/** Runs `npm ci` when the lockfile is not the one that was installed last. */
async function install() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const ready = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (ready()) return;
  await withLock(async () => {
    if (ready()) return; // another one has installed it while we waited
    process.stderr.write("Installing dependencies (once) …\n");
    rmSync(stamp, { force: true });
    // The npm that started us, or the one on the path. Its own options come down through the environment.
    const npm = process.env.npm_execpath?.endsWith(".js")
      ? [process.execPath, process.env.npm_execpath]
      : ["npm"];
    const [command, ...args] = [...npm, "ci", "--include=dev", "--no-audit", "--no-fund"];
    const code = await run(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
    if (code !== 0) end(code, "npm ci failed, its output is above");
    writeFileSync(stamp, wanted);
  });
}

/** Holds the install lock while `work` runs: a file with our process id, made only if it is not there. */
async function withLock(work) {
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; !takeLock(); waited += 1) {
    if (waited === 0) process.stderr.write("Another install is running, waiting for it …\n");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    await work();
  } finally {
    release();
  }
}

function takeLock() {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock); // fails when it is there; never seen half written
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    dropLockOfTheDead();
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** A holder that was killed leaves its file behind. */
function dropLockOfTheDead() {
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0);
  } catch (error) {
    if (error.code === "ESRCH") rmSync(lock, { force: true });
  }
}

/** Runs a program to its end, hands on signals, and answers with its exit code. */
function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    // A terminal sends its interrupt to the child itself; handed on as well it would arrive twice.
    const signals = process.stdin.isTTY ? ["SIGTERM", "SIGHUP"] : ["SIGINT", "SIGTERM", "SIGHUP"];
    const ignore = () => {};
    process.on("SIGINT", ignore);
    const handlers = signals.map((signal) => {
      const forward = () => child.kill(signal);
      process.on(signal, forward);
      return () => process.off(signal, forward);
    });
    const done = (code) => {
      process.off("SIGINT", ignore);
      for (const off of handlers) off();
      resolve(code);
    };
    child.once("error", (error) => {
      process.stderr.write(`cannot run ${command}: ${error.message}\n`);
      done(127);
    });
    child.once("exit", (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Runs a TypeScript file of this repository with what is installed now. */
function runNode(args, { source, stdio }) {
  const loader = pathToFileURL(join(modules, "tsx", "dist", "loader.mjs")).href;
  const conditions = source ? ["--conditions=troupe-source"] : [];
  return run(process.execPath, [...conditions, "--import", loader, ...args], { cwd: root, stdio });
}

function quote(argument) {
  return /^[\w./:@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

function end(code, message) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
