import { describe, expect, it } from "vitest";
import { ENTRIES } from "./entries.ts";
import { reachOf, schemasMadeOnLoad } from "./load.ts";
import { floorOf, source, sourcesBelow } from "./source.ts";

const sources = sourcesBelow("src");

const CORE = ["eventemitter3", "node:async_hooks", "zod/mini"];

/** What each entry loads besides files of ours: peers are loaded by the entry that needs them, and by no other. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  troupe: CORE,
  "troupe/testing": CORE,
  "troupe/machines": ["zod/mini"],
  "troupe/node": [...CORE, "node:os"],
  "troupe/resources/http1": ["node:net", "node:tls", "undici", "zod/mini"],
  "troupe/resources/http2": [...CORE, "node:http", "node:http2", "node:net", "node:tls"],
  "troupe/resources/multiplexed": [...CORE, "node:buffer", "node:net", "node:tls"],
  "troupe/resources/postgres": ["pg", "zod/mini"],
  "troupe/resources/table": ["zod/mini"],
  "troupe/resources/tcp": [...CORE, "node:buffer", "node:net", "node:tls"],
  "troupe/resources/threads": [...CORE, "node:v8", "node:worker_threads"],
};

describe("importing", () => {
  it.each(Object.keys(ENTRIES))("%s loads these packages and no others", (entry) => {
    expect(reachOf(ENTRIES[entry]!, sources).packages).toEqual([...PACKAGES[entry]!].sort());
  });

  it("troupe loads nothing of a higher entry", () => {
    const { files } = reachOf(ENTRIES["troupe"]!, sources);
    expect([...new Set(files.map(floorOf))].sort()).toEqual([
      "",
      "actors",
      "core",
      "pools",
      "registry",
      "supervisor",
      "telemetry",
    ]);
  });

  it("an entry makes no schema: each is made when its options are first checked", () => {
    expect(sources.flatMap(schemasMadeOnLoad)).toEqual([]);
  });
});

describe("schemasMadeOnLoad", () => {
  it.each([
    "const a = z.string();",
    "export const a = z.strictObject({ b: z.string() });",
    "const a = { b: z.optional(z.any()) };",
    "const a = z.string().check(z.minLength(1));",
    "class A { static readonly a = z.string(); }",
  ])("sees %s", (text) => {
    expect(schemasMadeOnLoad(source("src/a-options.ts", text)).length).toBeGreaterThan(0);
  });

  it.each([
    "const a = onFirstUse(() => z.strictObject({ b: z.string() }));",
    "const a = () => ({ b: z.optional(z.any()) });",
    "export function a() { return z.string(); }",
    "const a: z.ZodMiniType = b;",
  ])("lets pass %s", (text) => {
    expect(schemasMadeOnLoad(source("src/a-options.ts", text))).toEqual([]);
  });
});

describe("reachOf", () => {
  it("follows what is left when types are stripped", () => {
    const files = [
      source("src/index.ts", 'export { a } from "./a.ts"; export type { T } from "./t.ts";'),
      source("src/a.ts", 'import * as z from "zod/mini"; import { b, type C } from "./b.ts";'),
      source("src/b.ts", 'import type { Pool } from "pg"; import { a } from "./a.ts";'),
      source("src/t.ts", 'import { createPool } from "pg";'),
    ];
    expect(reachOf("src/index.ts", files)).toEqual({
      files: ["src/index.ts", "src/a.ts", "src/b.ts"],
      packages: ["zod/mini"],
    });
  });
});
