import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { OpenWork, Outcome } from "../../benchmarks/contender/work.ts";
import { growthRows } from "../../benchmarks/growth/rows.ts";
import { type Row, rows } from "../../benchmarks/rows.ts";
import { few } from "./few.ts";

/** Rows that measure the package as it is built. */
const built = ["import", "size"];
/** `compiling.test.ts` has it: it takes seconds whatever it is asked for. */
const elsewhere = "types-200";

const inNode = rows
  .filter(({ id }) => id !== elsewhere)
  .flatMap((row) =>
    ["troupe", ...row.peers.filter((peer) => peer !== "otp")].map((name): [string, string, Row] => [
      row.id,
      name,
      row,
    ]),
  );

// Weighing collects garbage, which a process has to be allowed.
setFlagsFromString("--expose-gc");
globalThis.gc = runInNewContext("gc") as NodeJS.GCFunction;

describe("rows", () => {
  it.for(inNode)("%s of %s: all that is asked for arrives, twice", async ([id, name, row], { skip }) => {
    skip(built.includes(id) && !existsSync("dist/index.js"), "the package is not built: npm run build");
    const file = new URL(`../../benchmarks/work/${name}/${id}.ts`, import.meta.url);
    const { open } = (await import(file.href)) as { readonly open: OpenWork };
    const work = await open(Number.NaN);
    for (let round = 0; round < 2; round += 1) {
      const outcome = await work.run(few(row));
      expect(await countedIn(outcome)).toBe(few(row));
      await work.settle?.();
    }
  });
});

const bare = ["list", "map", "queue"].map((id) => ({ id, name: "bare", row: undefined }));
const grown = growthRows.flatMap((row) =>
  ["troupe", ...(row.beside === "map" ? ["map"] : [])].map((name) => ({ id: row.id, name, row })),
);

describe("growthRows", () => {
  it.each([...grown, ...bare])(
    "$id of $name: all that is asked for arrives, twice, and as many are left as before",
    async ({ id, name, row }) => {
      const file = new URL(`../../benchmarks/work/${name}/${id}.ts`, import.meta.url);
      const { open } = (await import(file.href)) as { readonly open: OpenWork };
      const size = 250;
      const operations = row?.unit === "bytes" ? size : Math.min(2_500, row?.maxOperations ?? 2_500);
      const work = await open(size);
      for (let round = 0; round < 2; round += 1) {
        expect(await countedIn(await work.run(operations))).toBe(operations);
        await work.settle?.();
      }
    },
  );

  it.each(growthRows)("$id: sizes rise, and the base is one of them", ({ sizes, base }) => {
    expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
    expect(sizes).toContain(base);
  });
});

function countedIn(outcome: Outcome): number | Promise<number> {
  if (typeof outcome === "function") return outcome();
  return typeof outcome === "number" ? outcome : outcome.counted;
}
