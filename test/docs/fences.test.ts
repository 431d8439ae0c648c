import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { type Fence, fencesOf } from "./fence.ts";
import { runExample } from "./run-example.ts";

const pages = [...readdirSync(".").filter((name) => name.endsWith(".md")), ...filesBelow("docs", ".md")];
const sources = filesBelow("src", ".ts");

describe("documentation says what is true", () => {
  for (const fence of fencesIn(pages)) {
    it(`${fence.file}:${fence.line}`, async () => {
      await runExample(fence, await publicNames());
    });
  }

  for (const fence of fencesIn(sources)) {
    it(`${fence.file}:${fence.line}`, async () => {
      await runExample(fence, await import(/* @vite-ignore */ pathToFileURL(resolve(fence.file)).href));
    });
  }

  it("is looked for in pages and in src", () => {
    expect(pages.length).toBeGreaterThan(0);
    expect(sources.length).toBeGreaterThan(0);
  });
});

function fencesIn(files: readonly string[]): Fence[] {
  return files
    .flatMap((file) => fencesOf(file, readFileSync(file, "utf8")))
    .filter((fence) => fence.noRun === undefined);
}

/** Everything that the public entries export; an earlier entry's name wins. */
async function publicNames(): Promise<Record<string, unknown>> {
  const entries = Object.values(manifest.exports)
    .map((target) => (typeof target === "string" ? target : target["troupe-source"]))
    .filter((file) => file.endsWith(".ts") && existsSync(file));
  const modules = await Promise.all(
    entries.map((file) => import(/* @vite-ignore */ pathToFileURL(resolve(file)).href)),
  );
  return Object.assign({}, ...modules.reverse());
}

function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path).split(sep).join("/"))
    .sort();
}
