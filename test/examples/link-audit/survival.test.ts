import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createSystem, type Pid } from "troupe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArguments } from "../../../examples/link-audit/arguments.ts";
import type { Outcome } from "../../../examples/link-audit/audit.ts";
import { placeDatabase } from "../../../examples/link-audit/database-place.ts";
import { type Input, openInput } from "../../../examples/link-audit/input.ts";
import { findFreePort } from "../../../examples/link-audit/origin.ts";
import { bundleReader } from "../../../examples/link-audit/reader-bundle.ts";
import { planTree } from "../../../examples/link-audit/tree.ts";
import { makeScratch } from "./postgres-server.ts";
import { type Tree, writeTree } from "./tree.ts";

const PAGES = 100;
let scratch: string;
let input: Input;
let tree: Tree;
let readerModule: URL;

beforeAll(async () => {
  scratch = await makeScratch();
  const folder = join(scratch, "site", "site");
  tree = await writeTree(folder, PAGES);
  readerModule = await bundleReader(scratch);
  const opened = await openInput(folder, scratch, { timeoutMs: 1_000, maxBytes: 1_000 });
  if (!opened.ok) throw new Error(opened.why);
  input = opened.input;
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Runs an audit in which the process of this name is killed when twenty pages are done. */
async function auditWithout(victim: string) {
  const command = readArguments([]);
  const home = await makeScratch();
  const placed = await placeDatabase(undefined, home);
  if (!placed.ok || command.kind !== "audit") throw new Error("there is nothing to run");
  const port = await findFreePort();
  const system = createSystem({ logger: false });
  const living = new Map<string, Pid>();
  let done = 0;
  let killed = 0;
  system.telemetry.on("process:started", ({ pid, label }) => living.set(label.split(" ", 1)[0]!, pid));
  system.telemetry.on("process:exited", ({ label }) => {
    if (!label.startsWith("page ") || ++done !== 20) return;
    killed += living.has(victim) ? 1 : 0;
    living.get(victim)?.exit("kill");
  });
  try {
    const announced = new Promise<Outcome>((announce) => {
      const { settings } = command;
      const progress = { write: () => {}, live: false };
      const parts = { settings, input, database: placed.database, port, readerModule, progress, announce };
      void system.start(planTree(system, parts).root);
    });
    const outcome = await announced;
    return { outcome, killed };
  } finally {
    await system.stop({ deadlineMs: 8_000 });
    await rm(home, { recursive: true, force: true });
  }
}

describe("an audit", { timeout: 240_000 }, () => {
  it.each([
    "audit",
    "pages",
    "page",
    "reader",
    "http2-connection",
    "origin",
    "embedded-postgres",
    "database",
    "readers",
    "progress",
    "links",
    "work",
    "names",
    "connections",
    "registries",
  ])("that loses %s in the middle finds the same", async (victim) => {
    const { outcome, killed } = await auditWithout(victim);
    expect(killed).toBe(1);
    expect(outcome).toMatchObject({ kind: "done", summary: { pages: PAGES, links: tree.links } });
    const lines =
      outcome.kind === "done" ? outcome.summary.broken.map(({ line, reason }) => `${line} ${reason}`) : [];
    expect(lines.sort()).toEqual(tree.broken.map(({ line, reason }) => `${line} ${reason}`).sort());
  });
});
