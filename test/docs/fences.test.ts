import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { entryFiles, fencesIn, pages, sources } from "./documentation.ts";
import { runExample } from "./run-example.ts";

describe("documentation says what is true", () => {
  for (const fence of fencesIn(pages)) {
    it(`${fence.file}:${fence.line}`, async () => {
      const modules = await Promise.all(entryFiles.map(load));
      // the main entry comes last, so that its names win
      await runExample(fence, Object.assign({}, ...modules.reverse()));
    });
  }

  for (const fence of fencesIn(sources)) {
    it(`${fence.file}:${fence.line}`, async () => {
      await runExample(fence, await load(fence.file));
    });
  }

  it("is looked for in pages and in src", () => {
    expect(pages.length).toBeGreaterThan(0);
    expect(sources.length).toBeGreaterThan(0);
  });
});

function load(file: string): Promise<Record<string, unknown>> {
  return import(/* @vite-ignore */ pathToFileURL(resolve(file)).href);
}
