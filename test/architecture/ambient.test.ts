import { describe, expect, it } from "vitest";
import { ambient } from "./ambient.ts";
import { source, sourcesBelow } from "./source.ts";

/** The runtime seam, and nothing else, touches the host's time, order and chance. */
const SEAM = [
  /^src\/core\/runtime[^/]*\.ts$/,
  /^src\/core\/(clock|scheduler)-[^/]+\.ts$/,
  /^src\/core\/attribution-node\.ts$/,
];

/** Tests of the seam itself, and programs whose subject is what the host's timers do. */
const REAL_TIME_TESTS = [
  /^test\/core\/(runtime|clock|scheduler|attribution)[^/]*\.ts$/,
  /^test\/faults\//,
  /^test\/benchmarks\//,
  // a timer that nobody clears is what it plants
  /^test\/soak\/leaking\.ts$/,
  // that something keeps the loop going, or that nothing of it delays the end, is what they show
  /^test\/node\/programs\//,
  // that the host's timers go on ticking under load is what they show
  /^test\/actors\/system\.test\.ts$/,
  /^test\/supervisor\/overseer\.test\.ts$/,
];

describe("src", () => {
  it("takes time, order and chance from the runtime seam alone", () => {
    const files = sourcesBelow("src").filter(({ path }) => !SEAM.some((seam) => seam.test(path)));
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(ambient)).toEqual([]);
  });

  it("touches the host in the seam", () => {
    const seam = sourcesBelow("src").filter(({ path }) => SEAM.some((allowed) => allowed.test(path)));
    expect(seam.flatMap(ambient)).not.toEqual([]);
  });
});

describe("test", () => {
  it("never sleeps and never polls", () => {
    const files = sourcesBelow("test").filter(({ path }) => !REAL_TIME_TESTS.some((real) => real.test(path)));
    const polls = /\b(vi\.waitFor|vi\.waitUntil|expect\.poll)\(/;
    expect([
      ...files
        .flatMap(ambient)
        .filter((use) => /timers|setTimeout|setInterval|Atomics\.wait|AbortSignal/.test(use)),
      ...files
        .filter(({ ast }) => polls.test(ast.text.replaceAll(/(["'`/]).*?\1/g, "")))
        .map(({ path }) => path),
    ]).toEqual([]);
  });
});

describe("ambient", () => {
  it.each([
    ["Date.now();", "Date.now"],
    ["const d = new Date();", "new Date()"],
    ["const now = performance.now;", "performance.now"],
    ["setTimeout(() => {}, 1);", "setTimeout"],
    ["globalThis.setTimeout(() => {}, 1);", "setTimeout"],
    ["const timers = { setInterval };", "setInterval"],
    ["queueMicrotask(run);", "queueMicrotask"],
    ["process.nextTick(run);", "process.nextTick"],
    ["const x = Math.random();", "Math.random"],
    ["crypto.randomUUID();", "crypto.randomUUID"],
    ["AbortSignal.timeout(5);", "AbortSignal.timeout"],
    ['import { setTimeout as sleep } from "node:timers/promises";', "node:timers/promises"],
  ])("sees %s", (text, name) => {
    expect(ambient(source("src/a.ts", text))).toContain(`src/a.ts:1: ${name}`);
  });

  it.each([
    "clock.setTimeout(() => {}, 1);",
    "interface Clock { setTimeout(run: () => void): void }",
    "const clock = { setTimeout: run };",
    "const d = new Date(0);",
    "random.random();",
    "// Date.now() is not used here",
    'const text = "setTimeout()";',
  ])("lets pass %s", (text) => {
    expect(ambient(source("src/a.ts", text))).toEqual([]);
  });
});
