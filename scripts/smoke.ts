/**
 * Installs the packed package into an empty folder and uses it there as a user would: `import`, `require`, and a
 * type check of both against its declarations.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
};
const home = mkdtempSync(join(tmpdir(), "troupe-smoke-"));
try {
  unpack();
  checkExports();
  write("esm.mjs", 'import { createSystem, defineActor, reply } from "troupe";\n' + USE());
  write(
    "cjs.cjs",
    `const { createSystem, defineActor, reply } = require("troupe");\n(async () => {\n${USE()}\n})();\n`,
  );
  // `require` of an ES module is new in Node 20.19; the flag silences its warning on older lines
  run(["esm.mjs"]);
  run(["--no-warnings", "cjs.cjs"]);
  write("use.ts", `import { createSystem, defineActor, reply } from "troupe";\n${USE()}\n`);
  write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: { module: "nodenext", strict: true, noEmit: true, types: ["node"], lib: ["es2023"] },
      files: ["use.ts"],
    }),
  );
  run([resolve("node_modules/typescript/bin/tsc"), "-p", "."]);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function USE(): string {
  return [
    'const Counter = defineActor({ name: "counter", init: (start: number) => start, calls: { add: (n, by: number) => reply(n + by, n + by) } });',
    "const counter = await createSystem().start(Counter, 1);",
    'if ((await counter.call.add(2)) !== 3) throw new Error("wrong answer");',
  ].join("\n");
}

/** Packs the package and lays it out as an install would, its dependencies linked beside it. */
function unpack(): void {
  const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", home], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  mkdirSync(join(home, "node_modules/troupe"), { recursive: true });
  execFileSync("tar", [
    "-xzf",
    join(home, packed.trim()),
    "-C",
    join(home, "node_modules/troupe"),
    "--strip-components=1",
  ]);
  for (const dependency of ["eventemitter3", "@types", "undici-types", "@standard-schema"]) {
    symlinkSync(resolve("node_modules", dependency), join(home, "node_modules", dependency));
  }
}

/** Every file that `exports` promises is in the package. */
function checkExports(): void {
  for (const [entry, target] of Object.entries(manifest.exports)) {
    for (const [condition, file] of Object.entries(
      typeof target === "string" ? { default: target } : target,
    )) {
      if (condition === "troupe-source") continue;
      if (!existsSync(join(home, "node_modules/troupe", file)))
        throw new Error(`${entry}: ${file} is not in the package`);
    }
  }
}

function write(name: string, text: string): void {
  // the same lines serve three files; only the TypeScript one keeps its annotations
  writeFileSync(join(home, name), name.endsWith(".ts") ? text : text.replaceAll(/: number/g, ""));
}

function run(args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: home, stdio: "inherit" });
}
